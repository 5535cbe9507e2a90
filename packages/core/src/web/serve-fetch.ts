import type { Capabilities, HeaderReader, RpcServer } from "../transport.ts";
import { FetchCall } from "./fetch-call.ts";
import { pumpBody } from "./request-body.ts";

/** What an adapter knows of a request beside the request. */
export interface FetchOrigin {
  /** "host:port" or the address of the client. */
  readonly peer?: string | undefined;
  /** "/package.Service/Method", where it is not the whole path of the URL. */
  readonly path?: string;
  /** Handed to handlers as `context.platform`. */
  readonly platform?: unknown;
  /**
   * Sends responses of gRPC-Web as streams without a `content-length`, whatever their size: proxies that turn them
   * back into gRPC require it.
   */
  readonly streamBodies?: boolean;
  /** What a developer whose client speaks gRPC can do; without it: use gRPC-Web. */
  readonly grpcAdvice?: string;
  /**
   * The runtime itself keeps a request and its listeners until it ends, and drops them without a word when it gives the
   * request up: Workers. Nothing of ours may hold it then, for no one would let go.
   */
  readonly isHeldByRuntime?: boolean;
  /**
   * What the client itself said in `accept-encoding`, where a proxy of the platform replaces it; null: nothing.
   * Undefined: the request tells. Asked only when it matters.
   */
  readonly acceptEncodingOf?: (request: Request) => string | null | undefined;
  /**
   * Once the client is gone the body of its response ends without an error: for servers that would log one, and that
   * nobody but the client reads from.
   */
  readonly endsQuietly?: boolean;
}

/** Serves one web request. The promise never rejects. */
export function serveFetch(server: RpcServer, request: Request, origin: FetchOrigin = {}): Promise<Response> {
  return new Promise((resolve) => {
    const url = new URL(request.url);
    const head = {
      method: request.method,
      path: origin.path ?? url.pathname,
      query: url.search.slice(1),
      headers:
        origin.acceptEncodingOf === undefined
          ? request.headers
          : new ClientHeaders(request, origin.acceptEncodingOf),
      peer: origin.peer,
      platform: origin.platform,
    };
    const call = new FetchCall(request, resolve, origin);
    // A `Response` has no trailers.
    const can: Capabilities = { trailers: false, grpcAdvice: origin.grpcAdvice };
    const inbound = server.accept(head, call, can);
    call.connect(inbound);
    pumpBody(request, inbound, call);
  });
}

/** The headers of a request as its client sent them. */
class ClientHeaders implements HeaderReader {
  readonly #request: Request;
  readonly #acceptEncodingOf: NonNullable<FetchOrigin["acceptEncodingOf"]>;

  constructor(request: Request, acceptEncodingOf: NonNullable<FetchOrigin["acceptEncodingOf"]>) {
    this.#request = request;
    this.#acceptEncodingOf = acceptEncodingOf;
  }

  get(name: string): string | null {
    const own = name === "accept-encoding" ? this.#acceptEncodingOf(this.#request) : undefined;
    return own === undefined ? this.#request.headers.get(name) : own;
  }

  forEach(visit: (value: string, name: string) => void): void {
    this.#request.headers.forEach(visit);
  }
}
