import type { GrpcError } from "../error.ts";
import type { Metadata } from "../metadata.ts";
import type { HeaderList, Pieces } from "../transport.ts";
import type { ContentType } from "../wire/content-type.ts";
import type { Frame, FrameReader } from "../wire/frame.ts";

/** The header fields that protocols have in common but for their names. */
export interface FieldNames {
  /** Where the client says how its messages are compressed: a header, or a parameter of the query. */
  readonly encoding: string;
  /** The header that names what its sender can decompress. */
  readonly acceptEncoding: string;
  readonly timeout: string;
  /** Milliseconds; undefined when the value is not a timeout. */
  readonly parseTimeout: (value: string) => number | undefined;
}

/** How a response ends: what is left to write, and the trailers of protocols that use HTTP's. */
export interface Closing {
  readonly body?: Pieces | undefined;
  readonly trailers?: HeaderList | undefined;
}

/** A response that is known whole. */
export interface WholeResponse extends Closing {
  /** Of HTTP. */
  readonly status: number;
  readonly headers: HeaderList;
}

/**
 * One call in one protocol, as a machine: bytes and values in, bytes and values out. It knows how the protocol says
 * things; when they are said is the call layer's business.
 */
export interface ProtocolCall {
  readonly type: ContentType;
  readonly fields: FieldNames;
  /** The timeout as sent, in milliseconds. Throws a WireFault when it is none, or when the version is not ours. */
  timeoutMs(): number | undefined;
  /** How compressed request messages are compressed; undefined for "identity". */
  readonly requestEncoding: string | undefined;
  /** The compression for the response, among those the server has, best first; undefined: the client knows none. */
  chooseEncoding(offered: readonly string[]): string | undefined;
  /** Reads messages out of what `unwrap` gives. Throws a WireFault when the request's head announces too much. */
  openReader(maxMessageBytes: number): FrameReader;
  /** A piece of the request's body to bytes for the reader. Throws a WireFault. */
  unwrap(chunk: Uint8Array): Uint8Array;
  /** The request's body is complete. Throws a WireFault when that cannot be. */
  unwrapEnd(): void;
  /** The response to a call whose answer is one message; `encoding` is how that message is compressed. */
  answer(
    message: Frame,
    encoding: string | undefined,
    metadata: Metadata | undefined,
    trailers: Metadata | undefined,
  ): WholeResponse;
  /** A failure before the first message. */
  fail(error: GrpcError, metadata?: Metadata, trailers?: Metadata): WholeResponse;
  /** The header block of a response that is a stream. Its status is 200. */
  responseHeaders(metadata: Metadata | undefined, encoding: string | undefined): string[];
  /** Whole frames to a piece of such a response's body. */
  wrap(frames: Pieces): Pieces;
  /** The end of such a response; `error` undefined is success. */
  close(error: GrpcError | undefined, trailers: Metadata | undefined): Closing;
}
