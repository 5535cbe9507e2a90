import type { CompressionOptions } from "./compression.ts";
import type { CallContext, ProtocolName } from "./context.ts";
import type { GrpcError } from "./error.ts";
import type { JsonFormat } from "./json-format.ts";

/**
 * Runs around a whole call, whatever its kind: `next()` runs the rest and settles when the handler is done and its
 * last message is on its way. Throw before it to refuse the call, after it to fail a unary call, read or set
 * `context.values`, metadata and trailers on the way.
 */
export type Interceptor = (context: CallContext, next: () => Promise<void>) => Promise<void>;

/** An origin as browsers write it ("https://app.example.com"), or a pattern: anchor it, it may match anywhere. */
export type AllowedOrigin = string | RegExp;

/** Cross-origin access from browsers, for gRPC-Web and Connect. */
export interface CorsOptions {
  /** "*" for everyone, one origin or several, or a function that decides. */
  readonly origins: AllowedOrigin | readonly AllowedOrigin[] | ((origin: string) => boolean);
  /** Lets browsers send cookies and credentials. Default: false. */
  readonly allowCredentials?: boolean | undefined;
  /** Seconds a browser may remember a preflight. Default: 7200. */
  readonly maxAgeSeconds?: number | undefined;
}

/** The options of every entry point. */
export interface ServerOptions {
  /** Longest request message, decompressed. Beyond it: RESOURCE_EXHAUSTED. Default: 4 MiB. */
  readonly maxReceiveMessageBytes?: number | undefined;
  /** Longest response message, before compression. Beyond it: RESOURCE_EXHAUSTED. Default: no limit. */
  readonly maxSendMessageBytes?: number | undefined;
  /**
   * Most request headers: the sum of name, value and 32 for each (RFC 9113, section 6.5.2). Beyond it:
   * RESOURCE_EXHAUSTED. Default: 16 KiB.
   */
  readonly maxMetadataBytes?: number | undefined;
  /** No call runs longer, whatever its client asks for. Default: no limit. */
  readonly maxTimeoutMs?: number | undefined;
  /** For calls whose client sets no deadline. Default: none. */
  readonly defaultTimeoutMs?: number | undefined;
  /**
   * False: no message is compressed, compressed requests are UNIMPLEMENTED. Default: `{}`, all that is in it at its own
   * default.
   */
  readonly compression?: CompressionOptions | false | undefined;
  /** Takes JSON messages for typed services: `jsonFormat()`. Default: what the entry point brings. */
  readonly json?: JsonFormat | undefined;
  /** Run in order, the first one outermost. */
  readonly interceptors?: readonly Interceptor[] | undefined;
  /** Your own table of errors, asked before the built-in one. Undefined: no opinion. */
  readonly mapError?: ((error: unknown, context: CallContext) => GrpcError | undefined) | undefined;
  /**
   * Told of every error of a call under way whose text the client does not get: unexpected throws, and failures of
   * background work.
   * Default: `console.error`.
   */
  readonly onError?: ((error: unknown, context: CallContext) => void) | undefined;
  /** What is spoken. Default: everything. */
  readonly protocols?: readonly ProtocolName[] | undefined;
  /** Default: no cross-origin access. */
  readonly cors?: CorsOptions | undefined;
}

/** What adapters add to the options of their users. */
export interface AdapterOptions extends ServerOptions {
  /** Keeps the platform up for background work; the promise never rejects. */
  readonly waitUntil?: (work: Promise<unknown>, platform: unknown) => void;
  /** Whether `waitUntil` is told of running calls too: for platforms that drop the work of a call whose client is gone. */
  readonly keepsCalls?: boolean;
  /**
   * Calls back when no settled promise is left to act on: streamed messages that came until then go out in one write.
   * Default: after some turns of the microtask queue, which costs a little for each message.
   */
  readonly whenIdle?: (callback: () => void) => void;
}
