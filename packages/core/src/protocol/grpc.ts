import type { GrpcError } from "../error.ts";
import { appendFields, type Metadata } from "../metadata.ts";
import type { HeaderReader } from "../transport.ts";
import type { CodecName, ContentType } from "../wire/content-type.ts";
import { parseEncodingList } from "../wire/encoding-list.ts";
import { WireFault } from "../wire/fault.ts";
import { FRAME_HEADER_BYTES } from "../wire/frame.ts";
import { parseTimeout } from "../wire/timeout.ts";
import { statusTrailers } from "./grpc-status.ts";
import type { Closing, FailedResponse, ProtocolCall } from "./protocol.ts";

/**
 * gRPC over HTTP/2: status and trailing metadata travel as HTTP trailers, a failure before the first message as a
 * single header block ("Trailers-Only"). Clients take all of that block for trailers; a failure that brings leading
 * metadata keeps the two apart.
 * https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-HTTP2.md
 */
export class GrpcCall implements ProtocolCall {
  readonly name: "grpc" | "grpc-web" = "grpc";
  readonly acceptEncodingHeader = "grpc-accept-encoding";
  protected readonly type: ContentType;
  readonly #headers: HeaderReader;

  constructor(type: ContentType, headers: HeaderReader) {
    this.type = type;
    this.#headers = headers;
  }

  get codec(): CodecName {
    return this.type.codec;
  }

  timeoutMs(): number | undefined {
    const value = this.#headers.get("grpc-timeout");
    if (value === null) return undefined;
    const timeoutMs = parseTimeout(value);
    if (timeoutMs === undefined)
      throw new WireFault("malformed", `malformed grpc-timeout: ${JSON.stringify(value)}`);
    return timeoutMs;
  }

  get requestEncoding(): string | undefined {
    const encoding = this.#headers.get("grpc-encoding");
    return encoding === null || encoding === "identity" ? undefined : encoding;
  }

  get acceptedEncodings(): readonly string[] {
    return parseEncodingList(this.#headers.get("grpc-accept-encoding"));
  }

  maxBodyBytes(messageBytes: number): number {
    return FRAME_HEADER_BYTES + messageBytes;
  }

  unwrap(chunk: Uint8Array): Uint8Array {
    return chunk;
  }

  unwrapEnd(): void {}

  wrap(frames: Uint8Array): Uint8Array {
    return frames;
  }

  responseHeaders(metadata: Metadata | undefined, encoding: string | undefined): string[] {
    const list = ["content-type", this.type.value];
    if (encoding !== undefined) list.push("grpc-encoding", encoding);
    appendFields(list, metadata);
    return list;
  }

  close(error: GrpcError | undefined, trailers: Metadata | undefined): Closing {
    return { trailers: statusTrailers(error, trailers) };
  }

  fail(error: GrpcError, metadata: Metadata | undefined, trailers: Metadata | undefined): FailedResponse {
    const headers = this.responseHeaders(metadata, undefined);
    const status = statusTrailers(error, trailers);
    if (metadata !== undefined && metadata.size > 0) return { headers, trailers: status };
    headers.push(...status);
    return { headers };
  }
}
