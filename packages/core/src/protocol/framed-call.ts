import type { GrpcError } from "../error.ts";
import { appendFields, type Metadata } from "../metadata.ts";
import type { HeaderReader, Pieces, RequestHead } from "../transport.ts";
import type { ContentType } from "../wire/content-type.ts";
import { parseEncoding, parseEncodingList } from "../wire/encoding-list.ts";
import { WireFault } from "../wire/fault.ts";
import { type Frame, FrameReader, framePieces } from "../wire/frame.ts";
import { parseTimeout } from "../wire/timeout.ts";
import type { Closing, FieldNames, ProtocolCall, WholeResponse } from "./protocol.ts";

const GRPC_FIELDS: FieldNames = {
  encoding: "grpc-encoding",
  acceptEncoding: "grpc-accept-encoding",
  timeout: "grpc-timeout",
  parseTimeout,
};

/** What the protocols share: messages in frames, and an end of the response in its body. */
export abstract class FramedCall implements ProtocolCall {
  readonly type: ContentType;
  protected readonly headers: HeaderReader;

  constructor(type: ContentType, { headers }: RequestHead) {
    this.type = type;
    this.headers = headers;
  }

  get fields(): FieldNames {
    return GRPC_FIELDS;
  }

  abstract close(error: GrpcError | undefined, trailers: Metadata | undefined): Closing;

  timeoutMs(): number | undefined {
    const { timeout, parseTimeout } = this.fields;
    const value = this.headers.get(timeout);
    if (value === null) return undefined;
    const timeoutMs = parseTimeout(value);
    if (timeoutMs !== undefined) return timeoutMs;
    throw new WireFault("malformed", `malformed ${timeout}: ${JSON.stringify(value)}`);
  }

  get requestEncoding(): string | undefined {
    return parseEncoding(this.headers.get(this.fields.encoding));
  }

  chooseEncoding(offered: readonly string[]): string | undefined {
    const accepted = parseEncodingList(this.headers.get(this.fields.acceptEncoding));
    return offered.find((name) => accepted.includes(name));
  }

  openReader(maxMessageBytes: number): FrameReader {
    return new FrameReader(maxMessageBytes);
  }

  unwrap(chunk: Uint8Array): Uint8Array {
    return chunk;
  }

  unwrapEnd(): void {}

  wrap(frames: Pieces): Pieces {
    return frames;
  }

  answer(
    frame: Frame,
    encoding: string | undefined,
    metadata: Metadata | undefined,
    trailers: Metadata | undefined,
  ): WholeResponse {
    const end = this.close(undefined, trailers);
    const message = this.wrap(framePieces(frame));
    return {
      status: 200,
      headers: this.responseHeaders(metadata, encoding),
      body: end.body ? [...message, ...end.body] : message,
      trailers: end.trailers,
    };
  }

  fail(error: GrpcError, metadata?: Metadata, trailers?: Metadata): WholeResponse {
    return {
      status: 200,
      headers: this.responseHeaders(metadata, undefined),
      ...this.close(error, trailers),
    };
  }

  responseHeaders(metadata: Metadata | undefined, encoding: string | undefined): string[] {
    const list = ["content-type", this.type.value];
    if (encoding !== undefined) list.push(this.fields.encoding, encoding);
    appendFields(list, metadata);
    return list;
  }
}
