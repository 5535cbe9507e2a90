import { Lambda } from "@aws-sdk/client-lambda";
import { createLambdaFetch } from "@railhead/adapter-lambda";
import type { LocalLambda } from "@railhead/lambda-local";

/** AWS's own SDK, for a function on lambda-local. */
export function sdkClient({ endpoint }: Pick<LocalLambda, "endpoint">): Lambda {
  const credentials = { accessKeyId: "local", secretAccessKey: "local" };
  return new Lambda({ endpoint, region: "us-east-1", credentials, maxAttempts: 1 });
}

/** The fetch under test, for a function on lambda-local. */
export function fetchOf(lambda: Pick<LocalLambda, "endpoint" | "functionName">): typeof fetch {
  return createLambdaFetch(sdkClient(lambda), { functionName: lambda.functionName });
}
