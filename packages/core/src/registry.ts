import { clientStreams, type Method, type MethodRegistry, serverStreams } from "./call/method.ts";
import { rawMethod } from "./call/raw-method.ts";
import { logError } from "./call/settings.ts";
import { unknownMethod } from "./call/unknown-method.ts";
import { type CallContext, ContextValues, type MethodKind } from "./context.ts";
import { GrpcError } from "./error.ts";
import {
  type GrpcHandler,
  type GrpcStreamHandler,
  isGrpcHandler,
  isGrpcStreamHandler,
  type RegisterHandlerOptions,
} from "./handler.ts";
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
    if (!isGrpcHandler(handler) && !isGrpcStreamHandler(handler)) {
      throw new TypeError(`the handler of "${serviceName}" has neither handleRequest() nor handleStream()`);
    }
    const byKind = new Map(KINDS.map((kind) => [kind, rawMethod(handler, kind)] as const));
    const kinds = new Map(Object.entries(options.methods ?? {}));
    for (const [methodName, kind] of kinds) {
      if (!KINDS.includes(kind))
        throw new TypeError(`${serviceName}/${methodName}: unknown method kind "${kind}"`);
      if (byKind.get(kind) === undefined) {
        throw new TypeError(
          `${serviceName}/${methodName} is ${kind}, which needs a handler with handleStream()`,
        );
      }
    }
    const safe = new Map<string, Method>();
    for (const methodName of options.noSideEffects ?? []) {
      const method = byKind.get(kinds.get(methodName) ?? "unary");
      if (method?.kind !== "unary") {
        throw new TypeError(`${serviceName}/${methodName} is not unary: noSideEffects is for calls by GET`);
      }
      safe.set(methodName, { ...method, noSideEffects: true });
    }
    return this.register(serviceName, {
      handler,
      find: (methodName) => safe.get(methodName) ?? byKind.get(kinds.get(methodName) ?? "unary") ?? null,
    });
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
    if (method === undefined || method === null) throw unknownMethod(serviceName, methodName, method);
    if (clientStreams(method.kind) || serverStreams(method.kind)) {
      const message = `${serviceName}/${methodName} streams: call it through createFetchHandler or its handler`;
      throw new GrpcError(GrpcStatusCode.UNIMPLEMENTED, message);
    }
    const local = localContext(request, method.kind, context);
    const value = await method.invoke(method.decode(request.payload, undefined), local);
    const payload = method.encode(value, undefined, local);
    return new GrpcResponse({ payload, metadata: local.responseMetadata, trailers: local.responseTrailers });
  }

  /** Adds a registration under a name that is free. */
  protected register(serviceName: string, registration: Registration): this {
    if (typeof serviceName !== "string" || !/^[^/\s]+$/.test(serviceName)) {
      throw new TypeError(
        `invalid service name ${JSON.stringify(serviceName)}: it looks like "example.UserService"`,
      );
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
function localContext(request: GrpcRequest, kind: MethodKind, given: Partial<CallContext>): CallContext {
  const { deadline } = given;
  const context: CallContext = {
    serviceName: request.serviceName,
    methodName: request.methodName,
    kind,
    protocol: given.protocol ?? "local",
    metadata: request.metadata,
    responseMetadata: given.responseMetadata ?? new Metadata(),
    responseTrailers: given.responseTrailers ?? new Metadata(),
    sendHeaders() {},
    deadline,
    timeRemainingMs: () =>
      deadline === undefined ? Number.POSITIVE_INFINITY : Math.max(0, deadline.getTime() - Date.now()),
    signal: given.signal ?? new AbortController().signal,
    peer: given.peer,
    values: given.values ?? new ContextValues(),
    platform: given.platform,
    waitUntil(work) {
      if (given.waitUntil === undefined) work.catch((error: unknown) => logError(error, context));
      else given.waitUntil(work);
    },
  };
  return context;
}
