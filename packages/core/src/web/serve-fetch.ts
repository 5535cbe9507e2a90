import type { RpcServer } from "../transport.ts";
import { FetchCall } from "./fetch-call.ts";
import { FetchHead } from "./fetch-head.ts";
import { pumpBody } from "./request-body.ts";

/** What an adapter knows of one request beside the request. */
export interface FetchOrigin {
  /** "/package.Service/Method", where it is not the whole path of the URL. */
  readonly path?: string;
  /** Handed to handlers as `context.platform`. */
  readonly platform?: unknown;
}

/** What holds for all requests of a platform. */
export interface FetchTraits {
  /** "host:port" or the address of the client. */
  readonly peerOf?: (request: Request) => string | undefined;
  /** The runtime cuts a connection that still sends when its response is complete: responses wait for their requests. */
  readonly cutsUploads?: boolean;
  /**
   * Whether a proxy may have made gRPC-Web of a gRPC request, and will make gRPC of the response. Such proxies want a
   * stream without a `content-length`, whatever its size, and cannot be trusted with compressed messages.
   */
  readonly mayBeConverted?: (request: Request) => boolean;
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

/** Serves one web request. The promise rejects only where someone has read the request's body already. */
export function serveFetch(
  server: RpcServer,
  request: Request,
  origin: FetchOrigin = {},
  traits: FetchTraits = {},
): Promise<Response> {
  return new Promise((resolve) => {
    if (request.bodyUsed) throw new TypeError("the request body is read already: use a clone");
    const call = new FetchCall(request, resolve, traits);
    // A `Response` has no trailers.
    const can = { trailers: false, grpcAdvice: traits.grpcAdvice };
    const inbound = server.accept(new FetchHead(request, origin, traits), call, can);
    call.connect(inbound);
    pumpBody(request, inbound, call);
  });
}
