import { Lambda, type LambdaClientConfig } from "@aws-sdk/client-lambda";
import { createLambdaFetch, type InvokeStreamEvent, type LambdaInvoker } from "@railhead/adapter-lambda";
import type { LocalLambda } from "@railhead/lambda-local";

/** AWS's own SDK, for a function on lambda-local. */
export function sdkClient(
  { endpoint }: Pick<LocalLambda, "endpoint">,
  config: LambdaClientConfig = {},
): Lambda {
  const credentials = { accessKeyId: "local", secretAccessKey: "local" };
  return new Lambda({ endpoint, region: "us-east-1", credentials, maxAttempts: 1, ...config });
}

/** A client of a function whose response is these events. */
export function invokerOf(...events: InvokeStreamEvent[]): LambdaInvoker {
  async function* stream(): AsyncGenerator<InvokeStreamEvent> {
    yield* events;
  }
  return { invokeWithResponseStream: async () => ({ EventStream: stream() }) };
}

/** The fetch under test, for a function on lambda-local. */
export function fetchOf(lambda: Pick<LocalLambda, "endpoint" | "functionName">): typeof fetch {
  return createLambdaFetch(sdkClient(lambda), { functionName: lambda.functionName });
}
