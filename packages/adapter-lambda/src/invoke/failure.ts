import { GrpcError, GrpcStatusCode } from "@railhead/core";
import { fieldsOf } from "../event/fields.ts";
import type { InvokeStreamEvent } from "./invoker.ts";

/** What RPC clients make of a status of HTTP: https://grpc.github.io/grpc/core/md_doc_http-grpc-status-mapping.html */
const CODES: Readonly<Record<number, GrpcStatusCode>> = {
  400: GrpcStatusCode.INTERNAL,
  401: GrpcStatusCode.UNAUTHENTICATED,
  403: GrpcStatusCode.PERMISSION_DENIED,
  404: GrpcStatusCode.UNIMPLEMENTED,
  413: GrpcStatusCode.RESOURCE_EXHAUSTED,
  429: GrpcStatusCode.UNAVAILABLE,
  502: GrpcStatusCode.UNAVAILABLE,
  503: GrpcStatusCode.UNAVAILABLE,
  504: GrpcStatusCode.UNAVAILABLE,
};

/** An error of Lambda's own, such as one of IAM or of throttling; undefined when the SDK never got an answer. */
export function serviceError(error: unknown): GrpcError | undefined {
  const status = fieldsOf(fieldsOf(error)?.$metadata)?.httpStatusCode;
  if (typeof status !== "number" || !(error instanceof Error)) return undefined;
  return new GrpcError(CODES[status] ?? GrpcStatusCode.UNKNOWN, `${error.name}: ${error.message}`, {
    cause: error,
  });
}

/** Why an invocation failed, if it did: an error thrown by the function, a time-out, a process that ended. */
export function invocationError({ InvokeComplete }: InvokeStreamEvent): GrpcError | undefined {
  if (InvokeComplete?.ErrorCode === undefined) return undefined;
  const why = errorMessage(InvokeComplete.ErrorDetails);
  return internalError(`the function failed with ${InvokeComplete.ErrorCode}${why === "" ? "" : `: ${why}`}`);
}

export function internalError(message: string): GrpcError {
  return new GrpcError(GrpcStatusCode.INTERNAL, message);
}

/**
 * A response that makes an RPC client fail with this error: gRPC-Web's Trailers-Only form for clients of gRPC-Web, the
 * end of a stream for streams of Connect, an error of Connect for all others.
 */
export function failedResponse(error: GrpcError, request: Request): Response {
  const contentType = request.headers.get("content-type") ?? "";
  // A function may throw any text; halves of a pair are none that could be sent.
  const message = error.message.toWellFormed();
  if (contentType.startsWith("application/grpc-web")) {
    const headers = {
      "content-type": contentType,
      "grpc-status": String(error.code),
      "grpc-message": encodeURIComponent(message),
    };
    return new Response(null, { headers });
  }
  const body = { code: error.codeName.toLowerCase(), message };
  if (contentType.startsWith("application/connect+")) {
    // A status of HTTP would be all that clients take from it.
    return new Response(encodeEnd({ error: body }), { headers: { "content-type": contentType } });
  }
  return Response.json(body, { status: HTTP_STATUSES[error.code] ?? 500 });
}

/** Connect protocol, "EndStreamResponse": a frame with the flag 2. */
function encodeEnd(end: object): Uint8Array<ArrayBuffer> {
  const json = new TextEncoder().encode(JSON.stringify(end));
  const frame = new Uint8Array(5 + json.length);
  const view = new DataView(frame.buffer);
  view.setUint8(0, 2);
  view.setUint32(1, json.length);
  frame.set(json, 5);
  return frame;
}

/** Connect protocol, "Error Codes": what of it comes up here. */
const HTTP_STATUSES: Readonly<Record<number, number>> = {
  [GrpcStatusCode.UNAUTHENTICATED]: 401,
  [GrpcStatusCode.PERMISSION_DENIED]: 403,
  [GrpcStatusCode.UNIMPLEMENTED]: 501,
  [GrpcStatusCode.RESOURCE_EXHAUSTED]: 429,
  [GrpcStatusCode.UNAVAILABLE]: 503,
};

/** The message in the details, which are JSON; the details themselves where they are something else. */
function errorMessage(details = ""): string {
  try {
    const message = fieldsOf(JSON.parse(details))?.errorMessage;
    return typeof message === "string" ? message : details;
  } catch {
    return details;
  }
}
