import type { CallContext, MethodKind } from "../context.ts";
import { type GrpcHandler, type GrpcStreamHandler, handles } from "../handler.ts";
import { appendMetadata } from "../metadata.ts";
import { GrpcRequest, GrpcStreamRequest } from "../request.ts";
import { GrpcResponse } from "../response.ts";
import { checkedBytes } from "../wire/bytes.ts";
import { onlyMessage } from "./iterate.ts";
import { clientStreams, type Method, serverStreams } from "./method.ts";

/** A method of a raw handler: bytes in, bytes out. Undefined when the handler cannot serve methods of this kind. */
export function rawMethod(handler: GrpcHandler | GrpcStreamHandler, kind: MethodKind): Method | undefined {
  const invoke = invocation(handler, kind);
  return invoke && { kind, decode: (bytes) => bytes, invoke, encode: encodeRaw };
}

function invocation(
  handler: GrpcHandler | GrpcStreamHandler,
  kind: MethodKind,
): Method["invoke"] | undefined {
  if (kind === "unary" && handles(handler, "handleRequest")) {
    return (input, context) =>
      handler.handleRequest(new GrpcRequest({ ...namesOf(context), payload: messageOf(input) }), context);
  }
  if (!handles(handler, "handleStream")) return undefined;
  return (input, context) => {
    const messages = clientStreams(kind) ? (input as AsyncIterable<Uint8Array>) : single(messageOf(input));
    const output = handler.handleStream(new GrpcStreamRequest({ ...namesOf(context), messages }), context);
    return serverStreams(kind) ? output : onlyMessage(output);
  };
}

function namesOf(context: CallContext): Pick<CallContext, "serviceName" | "methodName" | "metadata"> {
  return { serviceName: context.serviceName, methodName: context.methodName, metadata: context.metadata };
}

async function* single(message: Uint8Array): AsyncGenerator<Uint8Array> {
  yield message;
}

/** Takes a GrpcResponse (unary) or the bytes of one streamed message. */
function encodeRaw(value: unknown, _json: unknown, context: CallContext): Uint8Array {
  if (!(value instanceof GrpcResponse)) return messageOf(value);
  if (value.metadata.size > 0) appendMetadata(context.responseMetadata, value.metadata);
  if (value.trailers.size > 0) appendMetadata(context.responseTrailers, value.trailers);
  return value.payload;
}

function messageOf(value: unknown): Uint8Array {
  return checkedBytes(value, "what a raw handler gives, unless it is a GrpcResponse,");
}
