import { GrpcError, GrpcStatusCode } from "@railhead/core";

/** Lambda quotas: of an invocation's payload. */
const MAX_EVENT_BYTES = 6 * 1024 * 1024;
/** The longest body that base64 gets into that. */
const MAX_BODY_BYTES = (MAX_EVENT_BYTES / 4) * 3;

/**
 * A request as the event of a Function URL, in JSON.
 *
 * @throws GrpcError RESOURCE_EXHAUSTED for one that is larger than Lambda takes
 */
export async function encodeEvent(request: Request): Promise<Uint8Array> {
  const url = new URL(request.url);
  const body = await readBody(request);
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
async function readBody(request: Request): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of request.body ?? []) {
    bytes += chunk.length;
    if (bytes > MAX_BODY_BYTES) throw tooLarge();
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function tooLarge(): GrpcError {
  return new GrpcError(
    GrpcStatusCode.RESOURCE_EXHAUSTED,
    `the request does not fit into the event of an invocation: ${MAX_EVENT_BYTES} bytes as JSON, its body in base64`,
  );
}
