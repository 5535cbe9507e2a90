/**
 * The seam between the core and the adapters: types only, push-based, synchronous both ways.
 *
 * An adapter turns whatever its platform delivers (an HTTP/2 stream, a fetch `Request`, a Lambda event) into one
 * {@link RequestHead} and calls {@link RpcServer.accept}. From then on the adapter drives the {@link Inbound} half
 * of the call and the core drives the {@link Outbound} half.
 *
 * Invariants that every adapter's tests check:
 * - exactly one of `respond`, `finish` and `reset` ends a call;
 * - after `cancel` the core calls nothing more;
 * - `respond` may come before `accept` returns;
 * - after `write` returned false, nothing but the closing frame is written until `drained`;
 * - adapters never parse frames or status codes, the core never sees stream ids, sockets or events.
 */

import type { GrpcError } from "./error.ts";

/** Flat header block: name, value, name, value... Names are lower-case ASCII. */
export type HeaderList = readonly string[];

/** Bytes that stand one behind the other. Adapters join small ones, in memory that suits the platform. Never none. */
export type Pieces = readonly Uint8Array[];

/** Read side of a header block. A web `Headers` object satisfies this as it is. */
export interface HeaderReader {
  /** The value of a header; repeated fields are joined with ", ". `name` is lower-case. */
  get(name: string): string | null;
  /** Visits every field. A name may come several times where the platform keeps repeated fields apart. */
  forEach(visit: (value: string, name: string) => void): void;
}

/** What is known of a call before its first byte of body. */
export interface RequestHead {
  readonly method: string;
  /** "/example.UserService/GetUser", without the query. */
  readonly path: string;
  /** The query without "?"; "" when absent. */
  readonly query: string;
  readonly headers: HeaderReader;
  /** "host:port" of the client, where the platform tells. */
  readonly peer: string | undefined;
  /** What the platform offers beside the request; handlers find it as `context.platform`. */
  readonly platform?: unknown;
  /** Milliseconds that the platform leaves for this call; its deadline is no later. Undefined: as many as it takes. */
  readonly maxTimeoutMs?: number | undefined;
  /**
   * Ends the call with this error instead of running it, in the call's own protocol: for what the adapter cannot carry,
   * such as a body that is broken or a response that is too large. The body is not asked for then.
   */
  readonly refusal?: GrpcError | undefined;
}

/** What the wire below can carry. One constant per listener. */
export interface Capabilities {
  /** HTTP trailers. False on Workers, on Lambda and on HTTP/1.1: native gRPC is refused there, with a reason. */
  readonly trailers: boolean;
  /** Where there are none: what the developer of a gRPC client can do, for the refusal. Default: HTTP/2 or gRPC-Web. */
  readonly grpcAdvice?: string | undefined;
}

/** Why a call ended without the core's doing. */
export type CancelReason = "client-reset" | "connection-lost" | "shutdown";

/** The core's half of one call; the adapter drives it. Synchronous, never throws. */
export interface Inbound {
  /**
   * "whole": one `receive` with the complete body is welcome, because its announced length is within the limit.
   * "chunks": feed the body as it arrives, so that a limit can stop it early. "messages": likewise, and handlers act on
   * the end of the body, so that it must not be told of a body that was broken off. "none": the body is ignored.
   */
  readonly appetite: "whole" | "chunks" | "messages" | "none";
  /** Takes bytes of the body, which belong to the core from now on. False: pause until `resumeReading`. */
  receive(chunk: Uint8Array): boolean;
  /** The body is complete. */
  end(): void;
  /** The wire takes bytes again after `write` returned false. */
  drained(): void;
  /** The call is over: the peer or the connection is gone, or the server stops. */
  cancel(reason: CancelReason): void;
}

/** The adapter's half of one call; the core drives it. Synchronous, never throws. */
export interface Outbound {
  /** The whole response at once (unary, refusals, trailers-only). May happen inside `accept`. */
  respond(status: number, headers: HeaderList, body?: Pieces, trailers?: HeaderList): void;
  /** The head of a streamed response. */
  start(status: number, headers: HeaderList): void;
  /** A piece of a streamed response, always of whole frames. False: no further `write` before `drained`. */
  write(pieces: Pieces): boolean;
  /** The end of a streamed response. */
  finish(trailers?: HeaderList): void;
  /** The core takes bytes again after `receive` returned false. */
  resumeReading(): void;
  /**
   * Whether the client leaves matters from now on, even while nothing is read or written: a handler has asked for its
   * signal, or the response is a stream. For platforms where it costs something to know; may come several times.
   */
  watch?(): void;
}

/** The core, as an adapter sees it: made by `createServer`. */
export interface RpcServer {
  accept(head: RequestHead, out: Outbound, can: Capabilities): Inbound;
}
