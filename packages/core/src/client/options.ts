import type { CompressionCodec } from "../compression.ts";
import type { ContextValues, MethodKind } from "../context.ts";
import type { JsonFormat } from "../json-format.ts";
import type { Metadata, MetadataInit, ReadonlyMetadata } from "../metadata.ts";
import type { CodecName } from "../wire/content-type.ts";
import type { ClientProtocolName } from "./protocols.ts";

/** The one function of the Fetch standard that a client needs: it gets a complete `Request`. */
export type FetchFunction = (request: Request) => Response | Promise<Response>;

/** A `fetch`, or anything that has one: a service binding, the stub of a Durable Object, a Hono app. */
export type FetchTarget = FetchFunction | { fetch(request: Request): Response | Promise<Response> };

/** How a client compresses. */
export interface ClientCompression {
  /** What responses may be compressed with, best first. Default: gzip and deflate, `webCompression()`. */
  readonly codecs?: readonly CompressionCodec[] | undefined;
  /** The name of the codec that compresses requests. Default: none, for a server cannot be asked beforehand. */
  readonly send?: string | undefined;
  /** Request messages under this many bytes stay plain. Default: 1024. */
  readonly minBytes?: number | undefined;
}

/** The options of every client. */
export interface ClientOptions {
  /** Such as "https://api.example.com"; a path is kept, as a prefix of every method's. */
  readonly baseUrl: string;
  /** Default: the runtime's own `fetch`. */
  readonly fetch?: FetchTarget | undefined;
  /** Default: "grpc-web", which keeps the status where no proxy can replace it. */
  readonly protocol?: ClientProtocolName | undefined;
  /** Default: "proto". "json" takes `json` as well, and a schema. */
  readonly codec?: CodecName | undefined;
  /** What reads and writes JSON messages: `jsonFormat()`. */
  readonly json?: JsonFormat | undefined;
  /** False: requests are not compressed, and responses are asked not to be. */
  readonly compression?: ClientCompression | false | undefined;
  /** Longest response message, decompressed. Beyond it: RESOURCE_EXHAUSTED. Default: 4 MiB. */
  readonly maxReceiveMessageBytes?: number | undefined;
  /** Longest request message, before compression. Beyond it: RESOURCE_EXHAUSTED. Default: no limit. */
  readonly maxSendMessageBytes?: number | undefined;
  /** For calls that set no `timeoutMs`. Default: none. */
  readonly defaultTimeoutMs?: number | undefined;
  /** Run in order, the first one outermost. */
  readonly interceptors?: readonly ClientInterceptor[] | undefined;
  /**
   * Sends unary calls without side effects by GET, so that caches can answer them: with protocol "connect", and as
   * long as the URL stays under 8 KiB. Default: false.
   */
  readonly useHttpGet?: boolean | undefined;
  /**
   * Whether streams of requests go out message by message. False gathers them first. Default: what the runtime's
   * `Request` can do; over plain HTTP, pages gather them, for browsers send streams over HTTP/2 alone.
   */
  readonly streamRequests?: boolean | undefined;
}

/** The options of one call. */
export interface CallOptions {
  /** Sent with the request. */
  readonly metadata?: MetadataInit | undefined;
  /** Cancels the call. */
  readonly signal?: AbortSignal | undefined;
  /** Milliseconds until the call fails with DEADLINE_EXCEEDED; the server is told as well. 0 or less: at once. */
  readonly timeoutMs?: number | undefined;
  /** Gets the leading metadata of the response, before its first message. Not called where all there is are trailers. */
  readonly onHeaders?: ((metadata: ReadonlyMetadata) => void) | undefined;
  /** Gets the trailing metadata, of failed calls too, once the server has ended the call. */
  readonly onTrailers?: ((trailers: ReadonlyMetadata) => void) | undefined;
  /** Values for interceptors, by key. */
  readonly values?: ContextValues | undefined;
}

/** The options of one call of a raw client. */
export interface RawCallOptions extends CallOptions {
  /** The method has no side effects: with `useHttpGet`, the call may go by GET. */
  readonly noSideEffects?: boolean | undefined;
}

/** What interceptors see of a call. */
export interface ClientContext {
  /** Such as "example.UserService". */
  readonly serviceName: string;
  /** Such as "GetUser". */
  readonly methodName: string;
  readonly kind: MethodKind;
  readonly protocol: ClientProtocolName;
  /** Sent with the request: set it before `next()`. */
  readonly metadata: Metadata;
  /** Leading metadata of the response; empty until it is there. */
  readonly responseMetadata: ReadonlyMetadata;
  /** Trailing metadata of the response; empty until it is there. */
  readonly responseTrailers: ReadonlyMetadata;
  /** When the call fails for lack of time; undefined when it waits for ever. */
  readonly deadline: Date | undefined;
  /** Milliseconds until the deadline, never negative; Infinity without one. */
  readonly timeRemainingMs: () => number;
  /**
   * Aborts when the caller cancels, at the deadline and with whatever else fails the call. Its reason is a GrpcError that
   * bears the code.
   */
  readonly signal: AbortSignal;
  /** Values that callers hand to interceptors, and interceptors to each other, by key. */
  readonly values: ContextValues;
}

/**
 * Runs around a whole call, whatever its kind: `next()` sends the request and settles when the last message of the
 * response has been read. Set metadata before it, read metadata and trailers after it, replace the error it throws. A
 * call with one message each way may be sent again, by calling `next()` again once it has settled.
 */
export type ClientInterceptor = (context: ClientContext, next: () => Promise<void>) => Promise<void>;
