import { GrpcError } from "@railhead/core";
import { AbortFollower } from "./abort-follower.ts";
import { encodeEvent } from "./event.ts";
import { failedResponse, internalError, serviceError } from "./failure.ts";
import type { LambdaInvoker } from "./invoker.ts";
import { Payload } from "./payload.ts";

/** Statuses whose responses have no body (Fetch standard, "null body status"). */
const NO_BODY: ReadonlySet<number> = new Set([204, 205, 304]);

/** Which function {@link createLambdaFetch} invokes. */
export interface LambdaFetchOptions {
  /** Name or ARN of the function. */
  readonly functionName: string;
  /** Its version or alias. */
  readonly qualifier?: string | undefined;
}

/**
 * A `fetch` that invokes a function: for RPC clients of functions that have no URL, with IAM for who may call them. The
 * origin of URLs is ignored.
 *
 * The function is invoked with its complete request, so that uploads are read to their end first: bidirectional calls
 * are half-duplex. Requests over 6 MB fail with RESOURCE_EXHAUSTED, and so do errors of Lambda's and of the function with
 * theirs, as RPC clients see them; where Lambda was not reached, the SDK's own error rejects the promise.
 *
 * @param client `new Lambda({})` of `@aws-sdk/client-lambda`; or of its smaller half, `LambdaClient`,
 *   `{ invokeWithResponseStream: (input, options) => client.send(new InvokeWithResponseStreamCommand(input), options) }`
 * @throws TypeError when the client has no such method
 */
export function createLambdaFetch(client: LambdaInvoker, options: LambdaFetchOptions): typeof fetch {
  if (typeof client.invokeWithResponseStream !== "function") {
    throw new TypeError(
      "createLambdaFetch() needs a client with the method invokeWithResponseStream: new Lambda({}), not new LambdaClient({})",
    );
  }
  return async (input, init) => {
    const request = new Request(input, init);
    // A Request's own signal follows the caller's only as long as the Request is not collected.
    const abort = new AbortFollower(init?.signal ?? (input instanceof Request ? input.signal : undefined));
    let payload: Payload | undefined;
    try {
      payload = await Promise.race([invoke(client, options, request, abort.signal), abort.aborted]);
      const head = await Promise.race([payload.head(), abort.aborted]);
      if (request.method !== "HEAD" && !NO_BODY.has(head.status)) {
        return new Response(decoded(bodyOf(head.rest, payload, abort), head.headers), head);
      }
      letGo(payload, abort, undefined);
      return new Response(null, head);
    } catch (error) {
      abort.signal.throwIfAborted();
      letGo(payload, abort, error);
      const failure = error instanceof GrpcError ? error : serviceError(error);
      if (failure === undefined) throw error;
      return failedResponse(failure, request);
    }
  };
}

async function invoke(
  client: LambdaInvoker,
  { functionName, qualifier }: LambdaFetchOptions,
  request: Request,
  abortSignal: AbortSignal,
): Promise<Payload> {
  const input = { FunctionName: functionName, Payload: await encodeEvent(request, abortSignal) };
  const { EventStream } = await client.invokeWithResponseStream(
    qualifier === undefined ? input : { ...input, Qualifier: qualifier },
    { abortSignal },
  );
  if (EventStream === undefined) throw internalError("the invocation has no response");
  return new Payload(EventStream);
}

/** The body, no faster than it is read. */
function bodyOf(first: Uint8Array, payload: Payload, abort: AbortFollower): ReadableStream<Uint8Array> {
  return new ReadableStream<Uint8Array>(
    {
      start(controller) {
        abort.signal.addEventListener("abort", () => controller.error(abort.signal.reason), { once: true });
        if (first.length > 0) controller.enqueue(first);
      },
      async pull(controller) {
        try {
          const chunk = await payload.next();
          if (chunk !== undefined) {
            controller.enqueue(chunk);
            return;
          }
          abort.stop();
          controller.close();
        } catch (error) {
          letGo(payload, abort, error);
          controller.error(error);
        }
      },
      cancel: (reason) => abort.abort(reason),
    },
    { highWaterMark: 0 },
  );
}

/** A response that is not read to its end would hold its connection, of which the SDK has no more than fifty. */
function letGo(payload: Payload | undefined, abort: AbortFollower, reason: unknown): void {
  if (payload?.isComplete === true) abort.stop();
  else abort.abort(reason);
}

/** As every `fetch` does. Functions compress whole bodies only for clients that ask for it by a header of their own. */
function decoded(body: ReadableStream<Uint8Array>, headers: Headers): ReadableStream<Uint8Array> {
  const encoding = headers.get("content-encoding");
  if (encoding !== "gzip" && encoding !== "deflate") return body;
  return body.pipeThrough(new DecompressionStream(encoding));
}
