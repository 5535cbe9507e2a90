import { GrpcError, GrpcStatusCode } from "@railhead/core";

/** Lambda quotas: of an invocation's payload. */
const MAX_EVENT_BYTES = 6 * 1024 * 1024;
/** The longest body that base64 gets into that. */
const MAX_BODY_BYTES = (MAX_EVENT_BYTES / 4) * 3;

/**
 * A request as the event of a Function URL, in JSON. Rejects with the signal's reason when that aborts meanwhile.
 *
 * @throws GrpcError RESOURCE_EXHAUSTED for one that is larger than Lambda takes
 */
export async function encodeEvent(request: Request, signal: AbortSignal): Promise<Uint8Array> {
  const url = new URL(request.url);
  const body = await readBody(request, signal);
  const event = {
    version: "2.0",
    routeKey: "$default",
    rawPath: url.pathname,
    rawQueryString: url.search.slice(1),
    headers: { host: url.host, ...Object.fromEntries(request.headers) },
    requestContext: {
      routeKey: "$default",
      stage: "$default",
      http: { method: request.method, path: url.pathname, protocol: "HTTP/1.1" },
    },
    body: body.toString("base64"),
    isBase64Encoded: true,
  };
  const payload = new TextEncoder().encode(JSON.stringify(event));
  if (payload.length > MAX_EVENT_BYTES) throw tooLarge();
  return payload;
}

/** The whole body: an invocation begins with its complete event. */
async function readBody(request: Request, signal: AbortSignal): Promise<Buffer> {
  const reader = request.body?.getReader();
  const cancel = (reason: unknown): void => void reader?.cancel(reason).catch(() => {});
  const onAbort = (): void => cancel(signal.reason);
  if (signal.aborted) onAbort();
  else signal.addEventListener("abort", onAbort, { once: true });
  try {
    const chunks: Uint8Array[] = [];
    let bytes = 0;
    for (let part = await reader?.read(); part?.done === false; part = await reader?.read()) {
      bytes += part.value.length;
      if (bytes > MAX_BODY_BYTES) throw tooLarge();
      chunks.push(part.value);
    }
    signal.throwIfAborted();
    return Buffer.concat(chunks);
  } catch (error) {
    cancel(error);
    throw error;
  } finally {
    signal.removeEventListener("abort", onAbort);
  }
}

function tooLarge(): GrpcError {
  return new GrpcError(
    GrpcStatusCode.RESOURCE_EXHAUSTED,
    `the request does not fit into the event of an invocation: ${MAX_EVENT_BYTES} bytes as JSON, its body in base64`,
  );
}
