import type { ProtocolName } from "../context.ts";
import type { GrpcError } from "../error.ts";
import { appendFields, type Metadata } from "../metadata.ts";
import type { HeaderReader } from "../transport.ts";
import { joinBytes } from "../wire/bytes.ts";
import type { CodecName, ContentType } from "../wire/content-type.ts";
import { parseEncodingList } from "../wire/encoding-list.ts";
import { WireFault } from "../wire/fault.ts";
import { encodeFrame, FRAME_HEADER_BYTES, type Frame, FrameReader } from "../wire/frame.ts";
import type { Closing, ProtocolCall, WholeResponse } from "./protocol.ts";

/** The header fields that protocols have in common but for their names. */
export interface FieldNames {
  readonly encoding: string;
  readonly acceptEncoding: string;
  readonly timeout: string;
  /** Milliseconds; undefined when the value is not a timeout. */
  readonly parseTimeout: (value: string) => number | undefined;
}

/** What the protocols share: messages in frames, and an end of the response in its body. */
export abstract class FramedCall implements ProtocolCall {
  abstract readonly name: ProtocolName;
  protected readonly type: ContentType;
  protected readonly headers: HeaderReader;
  readonly #fields: FieldNames;

  constructor(fields: FieldNames, type: ContentType, headers: HeaderReader) {
    this.#fields = fields;
    this.type = type;
    this.headers = headers;
  }

  abstract close(error: GrpcError | undefined, trailers: Metadata | undefined): Closing;

  get codec(): CodecName {
    return this.type.codec;
  }

  get encodingField(): string {
    return this.#fields.encoding;
  }

  get acceptEncodingHeader(): string {
    return this.#fields.acceptEncoding;
  }

  timeoutMs(): number | undefined {
    const { timeout, parseTimeout } = this.#fields;
    const value = this.headers.get(timeout);
    if (value === null) return undefined;
    const timeoutMs = parseTimeout(value);
    if (timeoutMs !== undefined) return timeoutMs;
    throw new WireFault("malformed", `malformed ${timeout}: ${JSON.stringify(value)}`);
  }

  get requestEncoding(): string | undefined {
    const encoding = this.headers.get(this.#fields.encoding);
    return encoding === null || encoding === "identity" ? undefined : encoding;
  }

  chooseEncoding(offered: readonly string[]): string | undefined {
    const accepted = parseEncodingList(this.headers.get(this.#fields.acceptEncoding));
    return offered.find((name) => accepted.includes(name));
  }

  maxBodyBytes(messageBytes: number): number {
    return FRAME_HEADER_BYTES + messageBytes;
  }

  openReader(maxMessageBytes: number): FrameReader {
    return new FrameReader(maxMessageBytes);
  }

  unwrap(chunk: Uint8Array): Uint8Array {
    return chunk;
  }

  unwrapEnd(): void {}

  wrap(frames: Uint8Array): Uint8Array {
    return frames;
  }

  answer(
    { payload, flags }: Frame,
    encoding: string | undefined,
    metadata: Metadata | undefined,
    trailers: Metadata | undefined,
  ): WholeResponse {
    const headers = this.responseHeaders(metadata, encoding);
    const end = this.close(undefined, trailers);
    const message = this.wrap(encodeFrame(payload, flags));
    const body = end.body === undefined ? message : joinBytes([message, end.body]);
    return { status: 200, headers, body, trailers: end.trailers };
  }

  fail(error: GrpcError, metadata: Metadata | undefined, trailers: Metadata | undefined): WholeResponse {
    return {
      status: 200,
      headers: this.responseHeaders(metadata, undefined),
      ...this.close(error, trailers),
    };
  }

  responseHeaders(metadata: Metadata | undefined, encoding: string | undefined): string[] {
    const list = ["content-type", this.type.value];
    if (encoding !== undefined) list.push(this.#fields.encoding, encoding);
    appendFields(list, metadata);
    return list;
  }
}
