import type { Method, MethodRegistry } from "./call/method.ts";
import { rawMethod } from "./call/raw-method.ts";
import { logError } from "./call/settings.ts";
import { unknownMethod } from "./call/unknown-method.ts";
import { type CallContext, ContextValues, type MethodKind } from "./context.ts";
import { GrpcError } from "./error.ts";
import type { GrpcHandler, GrpcStreamHandler, RegisterHandlerOptions } from "./handler.ts";
import { Metadata } from "./metadata.ts";
import type { GrpcRequest } from "./request.ts";
import { GrpcResponse } from "./response.ts";
import { GrpcStatusCode } from "./status.ts";

/** A registered service: what was registered, and how its methods are found. */
interface Registration {
  readonly handler: unknown;
  find(methodName: string): Method | null;
}

const KINDS: readonly MethodKind[] = ["unary", "server_streaming", "client_streaming", "bidi_streaming"];

/**
 * The registry of handlers, by service name, without typed services: what `@railhead/core/raw` exports as
 * `GrpcService`. Handlers can come and go while a server runs.
 */
export class HandlerRegistry<Handler = GrpcHandler | GrpcStreamHandler> implements MethodRegistry {
  readonly #services = new Map<string, Registration>();

  /**
   * Registers a handler that takes and gives bytes.
   *
   * @param serviceName fully qualified, such as "example.UserService"
   * @param handler any object with `handleRequest`, `handleStream`, or both
   * @throws TypeError when the handler has neither, or not the one that a listed method needs
   * @throws Error when the name is registered already
   */
  registerHandler(
    serviceName: string,
    handler: GrpcHandler | GrpcStreamHandler,
    options: RegisterHandlerOptions = {},
  ): this {
    const unary = rawMethod(handler, "unary");
    if (!unary) {
      throw new TypeError(`the handler of "${serviceName}" has neither handleRequest() nor handleStream()`);
    }
    const listed = new Map<string, Method>();
    for (const [methodName, kind] of Object.entries(options.methods ?? {})) {
      const method = KINDS.includes(kind) && rawMethod(handler, kind);
      if (!method) {
        const why = KINDS.includes(kind) ? "needs a handler with handleStream()" : "is no kind of method";
        throw new TypeError(`${serviceName}/${methodName} is ${kind}, which ${why}`);
      }
      listed.set(methodName, method);
    }
    for (const methodName of options.noSideEffects ?? []) {
      const method = listed.get(methodName) ?? unary;
      if (method.kind !== "unary") {
        throw new TypeError(`${serviceName}/${methodName} in noSideEffects is not unary`);
      }
      listed.set(methodName, { ...method, noSideEffects: true });
    }
    return this.register(serviceName, { handler, find: (methodName) => listed.get(methodName) ?? unary });
  }

  /** @throws Error when no handler is registered under the name */
  unregisterHandler(serviceName: string): void {
    if (!this.#services.delete(serviceName))
      throw new Error(`No handler registered for service "${serviceName}"`);
  }

  /** The handler, or the implementation of a typed service; undefined when the name is not registered. */
  getHandler(serviceName: string): Handler | undefined {
    // What comes in through the register methods is of the type that comes out here.
    return this.#services.get(serviceName)?.handler as Handler | undefined;
  }

  /** Fully qualified names, in order of registration. */
  listServices(): string[] {
    return [...this.#services.keys()];
  }

  /** For adapters: undefined when the service is not registered, null when it has no such method. */
  findMethod(serviceName: string, methodName: string): Method | null | undefined {
    return this.#services.get(serviceName)?.find(methodName);
  }

  /**
   * Routes a request to its handler without a network, for tests and for calls inside a process. What the handler
   * throws comes out as it is. Options of a server (interceptors, limits, `mapError`) do not apply.
   *
   * @param context what the handler shall find in its context
   * @throws GrpcError UNIMPLEMENTED for an unknown service or method, and for methods that stream
   */
  async handleRequest(request: GrpcRequest, context: Partial<CallContext> = {}): Promise<GrpcResponse> {
    const { serviceName, methodName } = request;
    const method = this.findMethod(serviceName, methodName);
    if (method?.kind !== "unary") {
      const why = method
        ? `${serviceName}/${methodName} streams: call it through createFetchHandler`
        : unknownMethod(request, method === null);
      throw new GrpcError(GrpcStatusCode.UNIMPLEMENTED, why);
    }
    const local = localContext(request, context);
    const value = await method.invoke(method.decode(request.payload), local);
    const payload = method.encode(value, undefined, local);
    return new GrpcResponse({ payload, metadata: local.responseMetadata, trailers: local.responseTrailers });
  }

  /** Adds a registration under a name that is free. */
  protected register(serviceName: string, registration: Registration): this {
    if (typeof serviceName !== "string" || !/^[^/\s]+$/.test(serviceName)) {
      throw new TypeError(`invalid service name ${JSON.stringify(serviceName)}`);
    }
    if (this.#services.has(serviceName)) throw new Error(`service "${serviceName}" is already registered`);
    this.#services.set(serviceName, registration);
    return this;
  }
}

/**
 * A call without a network: what the caller gives (it may be the context of a call under way), and for the rest what a
 * call over the wire would find. What the request says of itself stands.
 */
function localContext(request: GrpcRequest, given: Partial<CallContext>): CallContext {
  return {
    serviceName: request.serviceName,
    methodName: request.methodName,
    kind: "unary",
    protocol: given.protocol ?? "local",
    metadata: request.metadata,
    responseMetadata: given.responseMetadata ?? new Metadata(),
    responseTrailers: given.responseTrailers ?? new Metadata(),
    sendHeaders() {},
    deadline: given.deadline,
    timeRemainingMs: () => Math.max(0, (given.deadline?.getTime() ?? Infinity) - Date.now()),
    signal: given.signal ?? new AbortController().signal,
    peer: given.peer,
    values: given.values ?? new ContextValues(),
    platform: given.platform,
    waitUntil(work) {
      if (given.waitUntil) given.waitUntil(work);
      else work.catch((error: unknown) => logError(error, request));
    },
  };
}
