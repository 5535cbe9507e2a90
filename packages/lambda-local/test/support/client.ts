import {
  InvokeCommand,
  type InvokeWithResponseStreamCommandOutput,
  LambdaClient,
} from "@aws-sdk/client-lambda";
import type { LocalLambda } from "@railhead/lambda-local";

/** AWS's own client. */
export function clientOf({ endpoint }: LocalLambda): LambdaClient & Disposable {
  const credentials = { accessKeyId: "any", secretAccessKey: "any" };
  const client = new LambdaClient({ endpoint, region: "us-east-1", credentials, maxAttempts: 1 });
  return Object.assign(client, { [Symbol.dispose]: () => client.destroy() });
}

export interface Result {
  /** What X-Amz-Function-Error says. */
  readonly error: string | undefined;
  // biome-ignore lint/suspicious/noExplicitAny: whatever the handlers of the tests return
  readonly result: any;
}

/** @param event anything that JSON has */
export async function invoke(lambda: LocalLambda, event: unknown): Promise<Result> {
  using client = clientOf(lambda);
  const Payload = JSON.stringify(event);
  const answer = await client.send(new InvokeCommand({ FunctionName: lambda.functionName, Payload }));
  return { error: answer.FunctionError, result: JSON.parse(answer.Payload?.transformToString() ?? "") };
}

export interface StreamedResult {
  readonly chunks: readonly string[];
  readonly complete: { ErrorCode?: string; ErrorDetails?: string; LogResult?: string } | undefined;
}

/** Reads an event stream to its end. */
export async function read({ EventStream }: InvokeWithResponseStreamCommandOutput): Promise<StreamedResult> {
  const chunks: string[] = [];
  let complete: StreamedResult["complete"];
  for await (const event of EventStream ?? []) {
    if (event.PayloadChunk?.Payload !== undefined)
      chunks.push(Buffer.from(event.PayloadChunk.Payload).toString());
    if (event.InvokeComplete !== undefined) complete = event.InvokeComplete as StreamedResult["complete"];
  }
  return { chunks, complete };
}
