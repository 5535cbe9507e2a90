import type { ProtocolName } from "../context.ts";
import type { GrpcError } from "../error.ts";
import type { Metadata } from "../metadata.ts";
import type { HeaderList } from "../transport.ts";
import type { CodecName } from "../wire/content-type.ts";

/** How a response ends: what is left to write, and the trailers of protocols that use HTTP's. */
export interface Closing {
  readonly body?: Uint8Array;
  readonly trailers?: HeaderList;
}

/** A response that is nothing but a failure. */
export interface FailedResponse {
  readonly headers: HeaderList;
  readonly body?: Uint8Array;
  readonly trailers?: HeaderList;
}

/**
 * One call in one protocol, as a machine: bytes and values in, bytes and values out. It knows how the protocol says
 * things; when they are said is the call layer's business. Messages travel in frames of `wire/frame.ts`.
 */
export interface ProtocolCall {
  readonly name: ProtocolName;
  readonly codec: CodecName;
  /** The timeout as sent, in milliseconds. Throws a WireFault when it is none. */
  timeoutMs(): number | undefined;
  /** How compressed request messages are compressed; undefined for "identity". */
  readonly requestEncoding: string | undefined;
  /** What the client can decompress, in its order. */
  readonly acceptedEncodings: readonly string[];
  /** The header that names what the server can decompress. */
  readonly acceptEncodingHeader: string;
  /** The longest body that holds one message of so many bytes. */
  maxBodyBytes(messageBytes: number): number;
  /** A piece of the request's body to frame bytes. Throws a WireFault. */
  unwrap(chunk: Uint8Array): Uint8Array;
  /** The request's body is complete. Throws a WireFault when that cannot be. */
  unwrapEnd(): void;
  /** Whole frames to a piece of the response's body. */
  wrap(frames: Uint8Array): Uint8Array;
  /** The header block of a response that has messages. */
  responseHeaders(metadata: Metadata | undefined, encoding: string | undefined): string[];
  /** The end of such a response; `error` undefined is success. */
  close(error: GrpcError | undefined, trailers: Metadata | undefined): Closing;
  /** A failure before the first message. */
  fail(error: GrpcError, metadata: Metadata | undefined, trailers: Metadata | undefined): FailedResponse;
}
