import type { Capabilities, RpcServer } from "../transport.ts";
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
}

/** Serves one web request. The promise never rejects. */
export function serveFetch(server: RpcServer, request: Request, origin: FetchOrigin = {}): Promise<Response> {
  return new Promise((resolve) => {
    const url = new URL(request.url);
    const head = {
      method: request.method,
      path: origin.path ?? url.pathname,
      query: url.search.slice(1),
      headers: request.headers,
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
