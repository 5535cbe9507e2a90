import type { CallContext, MethodKind } from "./context.ts";
import type { GrpcRequest, GrpcStreamRequest } from "./request.ts";
import type { GrpcResponse } from "./response.ts";

/** Serves methods of one message each way, as bytes. Any object with this method is one. */
export interface GrpcHandler {
  /**
   * Whatever it throws becomes the call's status: a GrpcError as it is, platform errors by their meaning, everything
   * else INTERNAL.
   */
  handleRequest(request: GrpcRequest, context: CallContext): GrpcResponse | Promise<GrpcResponse>;
}

/** Serves methods that stream, as bytes. Any object with this method is one. */
export interface GrpcStreamHandler {
  /**
   * Each message that comes out is sent as soon as the client takes it. Methods of kind "unary" and
   * "client_streaming" must give exactly one.
   */
  handleStream(
    request: GrpcStreamRequest,
    context: CallContext,
  ): AsyncIterable<Uint8Array> | ReadableStream<Uint8Array>;
}

/** What a schema would say of the methods of a raw handler. */
export interface RegisterHandlerOptions {
  /** The kind of each method that is not unary, by method name. Methods that are not listed are unary. */
  readonly methods?: Readonly<Record<string, MethodKind>> | undefined;
  /**
   * Names of unary methods that change nothing: clients of Connect may call them by GET, whose responses can be cached.
   * Typed services say so in their schema: `option idempotency_level = NO_SIDE_EFFECTS`.
   */
  readonly noSideEffects?: readonly string[] | undefined;
}

/** What each method of a handler makes of the object that has it. */
interface Handlers {
  handleRequest: GrpcHandler;
  handleStream: GrpcStreamHandler;
}

/** Any object with the method is such a handler. */
export function handles<Name extends keyof Handlers>(
  handler: unknown,
  name: Name,
): handler is Handlers[Name] {
  return typeof handler === "object" && handler !== null && typeof Reflect.get(handler, name) === "function";
}
