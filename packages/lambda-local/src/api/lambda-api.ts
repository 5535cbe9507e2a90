import type { IncomingMessage, ServerResponse } from "node:http";
import type { FunctionConfig } from "../function-config.ts";
import { type FunctionError, responseTooLarge } from "../function-error.ts";
import { type Invocation, type Invoke, whole } from "../invocation.ts";
import { MAX_BUFFERED_RESPONSE_BYTES } from "../limits.ts";
import { write } from "../write.ts";
import { ApiError } from "./api-error.ts";
import { invokeComplete, payloadChunk } from "./event-stream.ts";
import { type InvokeRequest, readInvokeRequest } from "./invoke-request.ts";

/**
 * Serves a call of the Lambda API: Invoke or InvokeWithResponseStream. Signatures are not looked at. Rejects when the
 * client leaves before its request ends.
 */
export async function serveApi(
  config: FunctionConfig,
  invoke: Invoke,
  incoming: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  try {
    const request = await readInvokeRequest(incoming, config);
    if (request.type === "DryRun") response.writeHead(204).end();
    else await answer(request, start(request, invoke), response);
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    error.send(response);
  }
}

function start({ invocation }: InvokeRequest, invoke: Invoke): Invocation {
  const started = invoke(invocation);
  if (started !== undefined) return started;
  const reason = "ReservedFunctionConcurrentInvocationLimitExceeded";
  throw new ApiError(429, "TooManyRequestsException", "Rate Exceeded.", reason);
}

async function answer(
  request: InvokeRequest,
  invocation: Invocation,
  response: ServerResponse,
): Promise<void> {
  response.setHeader("x-amzn-requestid", invocation.id);
  if (request.type === "Event") {
    response.writeHead(202).end();
    return;
  }
  response.setHeader("x-amz-executed-version", "$LATEST");
  if (request.operation === "stream") await answerStream(request, invocation, response);
  else await answerWhole(request, invocation, response);
}

async function answerWhole(
  { wantsLog }: InvokeRequest,
  invocation: Invocation,
  response: ServerResponse,
): Promise<void> {
  const { payload, error = sizeError(payload) } = await whole(await invocation.outcome);
  // The caller cannot tell an error from a result by its JSON.
  if (error !== undefined) response.setHeader("x-amz-function-error", "Unhandled");
  if (wantsLog) response.setHeader("x-amz-log-result", await encodedLog(invocation));
  const body = error === undefined ? payload : Buffer.from(JSON.stringify(error));
  response.writeHead(200, { "content-type": "application/json", "content-length": body.length });
  response.end(body);
}

/** Of a function that streams: asked for whole, it may answer no more than others. */
function sizeError(payload: Buffer): FunctionError | undefined {
  if (payload.length <= MAX_BUFFERED_RESPONSE_BYTES) return undefined;
  return responseTooLarge(MAX_BUFFERED_RESPONSE_BYTES);
}

/** A stream that has begun tells of its end, good or bad, in a last message. */
async function answerStream(
  { wantsLog }: InvokeRequest,
  invocation: Invocation,
  response: ServerResponse,
): Promise<void> {
  const outcome = await invocation.outcome;
  response.writeHead(200, { "content-type": "application/vnd.amazon.eventstream" }).flushHeaders();
  if (outcome.kind === "streamed") {
    for await (const chunk of outcome.body as AsyncIterable<Buffer>) {
      await write(payloadChunk(chunk), response);
      // The client is gone. Leaving the loop throws the rest away; the function goes on.
      if (response.destroyed) return;
    }
  } else if (outcome.error === undefined) {
    await write(payloadChunk(outcome.payload), response);
  }
  const error = await outcome.error;
  const end = {
    ...(error !== undefined && { ErrorCode: error.errorType, ErrorDetails: JSON.stringify(error) }),
    ...(wantsLog && { LogResult: await encodedLog(invocation) }),
  };
  response.end(invokeComplete(end));
}

async function encodedLog(invocation: Invocation): Promise<string> {
  return Buffer.from(await invocation.log).toString("base64");
}
