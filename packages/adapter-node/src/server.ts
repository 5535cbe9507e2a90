import type { Server } from "node:http";
import { type AddressInfo, isIPv6 } from "node:net";
import { createServer, type MethodRegistry } from "@railhead/core/transport";
import { checkConnectionOptions } from "./checked-options.ts";
import { withNodeDefaults } from "./defaults.ts";
import { createFront, type Front } from "./front.ts";
import { Lifecycle } from "./lifecycle.ts";
import type { ServeOptions } from "./options.ts";

const DEFAULT_PORT = 8080;
const DEFAULT_GRACE_MS = 10_000;

/** A server that listens. */
export interface NodeServer {
  /** Such as "http://localhost:8080". */
  readonly url: string;
  /** The one it listens on, which is not the one asked for where that was 0. */
  readonly port: number;
  /**
   * Stops gently: no new connections, GOAWAY on open ones, calls in flight and background work get `graceMs`
   * (default: 10,000), then everything is cut. Resolves when the last connection is closed.
   */
  drain(options?: {
    /** Milliseconds. Default: 10,000. */
    readonly graceMs?: number | undefined;
  }): Promise<void>;
  /**
   * Stops at once: every connection is cut. The signals of calls in flight abort before that, with UNAVAILABLE as their
   * reason. Resolves when the last connection is closed.
   */
  close(): Promise<void>;
  /** Drains with the default grace: `await using server = await serve(...)`. */
  [Symbol.asyncDispose](): Promise<void>;
}

/**
 * Serves a service: gRPC, gRPC-Web and Connect, over HTTP/2 and HTTP/1.1, on one port.
 *
 * @throws the listen error, such as EADDRINUSE, as a rejection; TypeError for what is no service; RangeError or
 *   TypeError for an option that makes no sense, naming it
 */
export async function serve(service: MethodRegistry, options: ServeOptions = {}): Promise<NodeServer> {
  checkConnectionOptions(options);
  const lifecycle = new Lifecycle();
  const server = createServer(service, { ...withNodeDefaults(options), waitUntil: lifecycle.waitUntil });
  const front = createFront(server, lifecycle, options);
  const port = await listen(front.server, options);
  const scheme = options.tls === undefined ? "http" : "https";
  return new RunningServer(front, lifecycle, `${scheme}://${hostOf(options.host)}:${port}`, port);
}

class RunningServer implements NodeServer {
  readonly url: string;
  readonly port: number;
  readonly #front: Front;
  readonly #lifecycle: Lifecycle;
  /** Resolves when `close` is called: a drain that waits for handlers and background work waits no longer. */
  readonly #cut = Promise.withResolvers<void>();
  #closed: Promise<void> | undefined;

  constructor(front: Front, lifecycle: Lifecycle, url: string, port: number) {
    this.#front = front;
    this.#lifecycle = lifecycle;
    this.url = url;
    this.port = port;
  }

  async drain(options: { readonly graceMs?: number | undefined } = {}): Promise<void> {
    const { graceMs = DEFAULT_GRACE_MS } = options;
    const closed = this.#stopListening();
    this.#front.sessions.closeGracefully();
    this.#front.server.closeIdleConnections();
    this.#front.connections.destroySilent();
    // In this order: calls in flight may still begin some.
    const done = closed.then(() => this.#lifecycle.backgroundDone());
    let timer: NodeJS.Timeout | undefined;
    const grace = new Promise((resolve) => {
      timer = setTimeout(resolve, graceMs);
    });
    await Promise.race([done, grace, this.#cut.promise]);
    clearTimeout(timer);
    await this.close();
  }

  close(): Promise<void> {
    this.#cut.resolve();
    const closed = this.#stopListening();
    this.#lifecycle.cancelCalls();
    this.#front.sessions.destroy();
    this.#front.connections.destroy();
    return closed;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.drain();
  }

  #stopListening(): Promise<void> {
    this.#lifecycle.isDraining = true;
    this.#closed ??= new Promise((resolve) => this.#front.server.close(() => resolve()));
    return this.#closed;
  }
}

function listen(server: Server, options: ServeOptions): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen({ port: options.port ?? DEFAULT_PORT, host: options.host }, () => {
      server.off("error", reject);
      // A server that listens on a port has an address of this shape.
      resolve((server.address() as AddressInfo).port);
    });
  });
}

/** A name that a client on this machine can use. */
function hostOf(host = "localhost"): string {
  if (host === "0.0.0.0" || host === "::") return "localhost";
  return isIPv6(host) ? `[${host}]` : host;
}
