import type { GrpcError, GrpcErrorOptions } from "../error.ts";
import { Metadata, type ReadonlyMetadata, receiveField, sealMetadata } from "../metadata.ts";
import type { GrpcStatusCode } from "../status.ts";
import type { HeaderReader } from "../transport.ts";
import type { CodecName } from "../wire/content-type.ts";
import { parseEncoding } from "../wire/encoding-list.ts";
import { WireFault } from "../wire/fault.ts";
import { isAsciiValue, isMetadataKey } from "../wire/field.ts";
import type { Frame } from "../wire/frame.ts";
import type { Field } from "../wire/web-trailers.ts";

/** As much of what some server says in a protocol of its own as an error's message takes. */
export const MAX_REFUSAL_BYTES = 400;

/** What the head of a request says beside the metadata. */
export interface RequestInfo {
  readonly codec: CodecName;
  /** Time left; undefined without a deadline. */
  readonly timeoutMs: number | undefined;
  /** How compressed request messages are compressed; undefined where none is. */
  readonly encoding: string | undefined;
  /** What the client can decompress, best first. */
  readonly accepted: readonly string[];
}

/** A request without a body: all is in the URL and the headers. */
export interface GetRequest {
  readonly query: string;
  readonly headers: readonly string[];
}

/** How a call ended. */
export interface CallEnd {
  /** Undefined: it succeeded. Bears the trailers as its metadata. */
  readonly error: GrpcError | undefined;
  readonly trailers: ReadonlyMetadata;
}

/** What a head says that no answer of the protocol has. */
export interface HeadFault extends GrpcErrorOptions {
  readonly code: GrpcStatusCode;
  readonly message: string;
}

/** One protocol as a client speaks it: values in, bytes out, and a machine for each response. */
export interface ClientProtocol {
  requestHeaders(info: RequestInfo): string[];
  /** One message to a piece of the request's body. */
  requestBody(frame: Frame): Uint8Array;
  /** The same as a GET request, where the protocol has such. */
  getRequest?(frame: Frame, info: RequestInfo): GetRequest;
  /** Why a response with this head is none in this protocol, before its body is read. */
  checkHead(status: number, headers: HeaderReader, codec: CodecName): HeadFault | undefined;
  openResponse(status: number, headers: HeaderReader, maxMessageBytes: number): ClientResponse;
}

/** One response, as a machine: bytes in, frames out. Every method may throw a WireFault. */
export interface ClientResponse {
  /** Leading metadata; undefined as long as the header block may turn out to be the trailers. */
  readonly metadata: ReadonlyMetadata | undefined;
  /** How compressed messages are compressed; undefined for "identity". */
  readonly encoding: string | undefined;
  /** Whether a message that seems to be compressed may not be: what cannot be decompressed is plain then. */
  readonly mayBeDecoded: boolean;
  push(chunk: Uint8Array): void;
  /** The body is complete. */
  close(): void;
  /** The next frame: a message, or the end. Undefined until more bytes come. */
  next(): Frame | undefined;
  isEnd(frame: Frame): boolean;
  /** @param payload of the frame that is the end, decompressed; undefined when the body had none */
  decodeEnd(payload: Uint8Array | undefined): CallEnd;
}

/** The metadata among fields. Fields that it cannot hold are passed over: HTTP allows more, and proxies use it. */
export function readMetadata(fields: Iterable<Field>): ReadonlyMetadata {
  const metadata = new Metadata();
  for (const [name, value] of fields) {
    if (isMetadataKey(name) && isAsciiValue(value) && !receiveField(metadata, name, value)) {
      throw new WireFault("malformed", `metadata "${name}" of the response is not base64`);
    }
  }
  return sealMetadata(metadata);
}

export function fieldsOf(headers: HeaderReader): Field[] {
  const fields: Field[] = [];
  headers.forEach((value, name) => void fields.push([name, value]));
  return fields;
}

/** The media type without parameters, in lower case; "" when there is none. */
export function mediaTypeOf(headers: HeaderReader): string {
  return (headers.get("content-type")?.split(";", 1)[0] ?? "").trim().toLowerCase();
}

/** The name of an encoding; undefined where nothing is compressed. */
export function encodingIn(headers: HeaderReader, name: string): string | undefined {
  return parseEncoding(headers.get(name));
}
