import type { CallContext, MethodKind } from "../context.ts";
import { type GrpcHandler, type GrpcStreamHandler, isGrpcHandler, isGrpcStreamHandler } from "../handler.ts";
import { appendMetadata } from "../metadata.ts";
import { GrpcRequest, GrpcStreamRequest } from "../request.ts";
import { GrpcResponse } from "../response.ts";
import { onlyMessage } from "./iterate.ts";
import { clientStreams, type Method, serverStreams } from "./method.ts";

/** A method of a raw handler: bytes in, bytes out, the same object for all methods of one kind. */
export function rawMethod(handler: GrpcHandler | GrpcStreamHandler, kind: MethodKind): Method | undefined {
  const invoke =
    kind === "unary" && isGrpcHandler(handler) ? invokeUnary(handler) : invokeStream(handler, kind);
  if (invoke === undefined) return undefined;
  return {
    kind,
    takesJson: false,
    noSideEffects: false,
    decode: (bytes) => bytes,
    invoke,
    encode: encodeRaw,
  };
}

function invokeUnary(handler: GrpcHandler): Method["invoke"] {
  return (payload, context) =>
    handler.handleRequest(new GrpcRequest({ ...namesOf(context), payload: checkedBytes(payload) }), context);
}

function invokeStream(handler: unknown, kind: MethodKind): Method["invoke"] | undefined {
  if (!isGrpcStreamHandler(handler)) return undefined;
  return (input, context) => {
    const messages = clientStreams(kind) ? (input as AsyncIterable<Uint8Array>) : single(checkedBytes(input));
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
  if (!(value instanceof GrpcResponse)) return checkedBytes(value);
  if (value.metadata.size > 0) appendMetadata(context.responseMetadata, value.metadata);
  if (value.trailers.size > 0) appendMetadata(context.responseTrailers, value.trailers);
  return value.payload;
}

function checkedBytes(value: unknown): Uint8Array {
  if (value instanceof Uint8Array) return value;
  throw new TypeError("a raw handler must give a GrpcResponse (unary) or Uint8Array messages (streaming)");
}
