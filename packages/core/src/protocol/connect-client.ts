import { GrpcError } from "../error.ts";
import type { ReadonlyMetadata } from "../metadata.ts";
import { GrpcStatusCode } from "../status.ts";
import type { HeaderReader } from "../transport.ts";
import { encodeUnpaddedBase64 } from "../wire/base64.ts";
import { BodyReader } from "../wire/body-reader.ts";
import { isRecognisable, looksEncoded } from "../wire/content-coding.ts";
import type { CodecName } from "../wire/content-type.ts";
import { WireFault } from "../wire/fault.ts";
import { encodeFrame, FLAG_COMPRESSED, FLAG_END_STREAM, type Frame, MAX_END_BYTES } from "../wire/frame.ts";
import { isJsonObject, parseJson } from "../wire/json.ts";
import { formatConnectTimeout } from "../wire/timeout.ts";
import {
  type CallEnd,
  type ClientProtocol,
  type ClientResponse,
  encodingIn,
  fieldsOf,
  type GetRequest,
  type HeadFault,
  MAX_REFUSAL_BYTES,
  mediaTypeOf,
  type RequestInfo,
  readMetadata,
} from "./client-protocol.ts";
import { decodeConnectEnd } from "./connect-end.ts";
import { parseConnectError } from "./connect-error.ts";
import { FramedResponse } from "./framed-response.ts";
import { codeOfHttpStatus } from "./http-status.ts";

/** Connect from the client's side. https://connectrpc.com/docs/protocol */

const VERSION = ["connect-protocol-version", "1"] as const;
/** Marks trailing metadata among the headers of a unary response. */
const TRAILER_PREFIX = "trailer-";
/** What a response may be compressed with: by us, or by what lies between fetch and the server. */
const CODINGS: ReadonlySet<string | undefined> = new Set([undefined, "gzip", "deflate", "br", "zstd"]);

/** Calls of one message each way: plain bodies, HTTP statuses, trailers as headers. */
export class ConnectUnaryClient implements ClientProtocol {
  requestHeaders({ codec, timeoutMs, encoding, accepted }: RequestInfo): string[] {
    const list = ["content-type", `application/${codec}`, ...VERSION, ...timeoutHeaders(timeoutMs)];
    if (encoding !== undefined) list.push("content-encoding", encoding);
    return [...list, ...acceptHeaders(accepted)];
  }

  requestBody({ payload }: Frame): Uint8Array {
    return payload;
  }

  /** Connect protocol, "Unary-Get-Request". */
  getRequest({ payload }: Frame, { codec, encoding, timeoutMs, accepted }: RequestInfo): GetRequest {
    const isText = codec === "json" && encoding === undefined;
    const message = isText
      ? encodeURIComponent(new TextDecoder().decode(payload))
      : encodeUnpaddedBase64(payload).replaceAll("+", "-").replaceAll("/", "_");
    const compression = encoding === undefined ? "" : `&compression=${encoding}`;
    const query = `connect=v1&encoding=${codec}${compression}${isText ? "" : "&base64=1"}&message=${message}`;
    return { query, headers: [...timeoutHeaders(timeoutMs), ...acceptHeaders(accepted)] };
  }

  checkHead(status: number, headers: HeaderReader, codec: CodecName): HeadFault | undefined {
    const type = mediaTypeOf(headers);
    if (status !== 200) {
      // Errors are JSON whatever the codec; anything else comes from something that does not speak Connect.
      return type === "application/json"
        ? undefined
        : { code: codeOfHttpStatus(status), message: `HTTP status ${status}` };
    }
    const expected = `application/${codec}`;
    if (type === expected) return undefined;
    const isOtherCodec = type === "application/proto" || type === "application/json";
    return unexpectedType(type, expected, isOtherCodec);
  }

  openResponse(status: number, headers: HeaderReader, maxMessageBytes: number): ClientResponse {
    return new ConnectUnaryResponse(status, headers, maxMessageBytes);
  }
}

class ConnectUnaryResponse implements ClientResponse {
  readonly encoding: string | undefined;
  readonly mayBeDecoded = true;
  readonly #status: number;
  readonly #headers: HeaderReader;
  readonly #body: BodyReader;

  constructor(status: number, headers: HeaderReader, maxMessageBytes: number) {
    this.#status = status;
    this.#headers = headers;
    this.#body = new BodyReader(
      status === 200 ? maxMessageBytes : Math.max(maxMessageBytes, MAX_END_BYTES),
      false,
    );
    this.encoding = encodingIn(headers, "content-encoding");
    if (!CODINGS.has(this.encoding)) {
      throw new WireFault(
        "unknown-encoding",
        `the response is compressed with "${this.encoding}", which was not asked for`,
      );
    }
  }

  get metadata(): ReadonlyMetadata {
    return readMetadata(fieldsOf(this.#headers).filter(([name]) => !name.startsWith(TRAILER_PREFIX)));
  }

  push(chunk: Uint8Array): void {
    this.#body.push(chunk);
  }

  close(): void {
    this.#body.end();
  }

  next(): Frame | undefined {
    const frame = this.#body.next();
    const isEncoded = frame && looksEncoded(this.encoding ?? "", frame.payload);
    return frame && { ...frame, flags: isEncoded ? FLAG_COMPRESSED : 0 };
  }

  /** The body of a failure is the error. */
  isEnd(): boolean {
    return this.#status !== 200;
  }

  decodeEnd(payload: Uint8Array | undefined): CallEnd {
    const trailers = readMetadata(
      fieldsOf(this.#headers).flatMap(([name, value]) =>
        name.startsWith(TRAILER_PREFIX) ? [[name.slice(TRAILER_PREFIX.length), value] as const] : [],
      ),
    );
    if (payload === undefined) return { error: undefined, trailers };
    const context = { code: codeOfHttpStatus(this.#status), metadata: trailers };
    const json = parseJson(payload);
    // Gateways answer in JSON too, which is shown as it is.
    const isError = isJsonObject(json) && ("code" in json || "message" in json);
    const error = isError ? parseConnectError(json, context) : undefined;
    return { error: error ?? new GrpcError(context.code, this.#refusal(payload), context), trailers };
  }

  #refusal(payload: Uint8Array): string {
    const text = new TextDecoder().decode(payload.subarray(0, MAX_REFUSAL_BYTES)).trim();
    return text === "" ? `HTTP status ${this.#status}` : `HTTP status ${this.#status}: ${text}`;
  }
}

/** Calls that stream either way: enveloped messages, the last of which is the end. */
export class ConnectStreamClient implements ClientProtocol {
  requestHeaders({ codec, timeoutMs, encoding, accepted }: RequestInfo): string[] {
    const list = ["content-type", `application/connect+${codec}`, ...VERSION, ...timeoutHeaders(timeoutMs)];
    if (encoding !== undefined) list.push("connect-content-encoding", encoding);
    if (accepted.length > 0) list.push("connect-accept-encoding", accepted.join(","));
    return list;
  }

  requestBody({ payload, flags }: Frame): Uint8Array {
    return encodeFrame(payload, flags);
  }

  checkHead(status: number, headers: HeaderReader, codec: CodecName): HeadFault | undefined {
    if (status !== 200) return { code: codeOfHttpStatus(status), message: `HTTP status ${status}` };
    const type = mediaTypeOf(headers);
    const expected = `application/connect+${codec}`;
    return type === expected
      ? undefined
      : unexpectedType(type, expected, type.startsWith("application/connect+"));
  }

  openResponse(_status: number, headers: HeaderReader, maxMessageBytes: number): ClientResponse {
    return new ConnectStreamResponse(headers, maxMessageBytes);
  }
}

class ConnectStreamResponse extends FramedResponse {
  readonly metadata: ReadonlyMetadata;

  constructor(headers: HeaderReader, maxMessageBytes: number) {
    super(maxMessageBytes, encodingIn(headers, "connect-content-encoding"), FLAG_END_STREAM);
    this.metadata = readMetadata(fieldsOf(headers));
  }

  decodeEnd(payload: Uint8Array | undefined): CallEnd {
    if (payload !== undefined) return decodeConnectEnd(payload);
    throw new WireFault("truncated", "the response ends without its last message");
  }
}

/** What can be told from a body that fetch has decompressed already. */
function acceptHeaders(accepted: readonly string[]): readonly string[] {
  return ["accept-encoding", accepted.filter(isRecognisable).join(", ") || "identity"];
}

function timeoutHeaders(timeoutMs: number | undefined): string[] {
  const timeout = timeoutMs === undefined ? undefined : formatConnectTimeout(timeoutMs);
  return timeout === undefined ? [] : ["connect-timeout-ms", timeout];
}

/** A codec that nobody asked for is a fault of a Connect server's; any other type comes from something else. */
function unexpectedType(type: string, expected: string, isOtherCodec: boolean): HeadFault {
  const code = isOtherCodec ? GrpcStatusCode.INTERNAL : GrpcStatusCode.UNKNOWN;
  return { code, message: `content type "${type}", expected ${expected}` };
}
