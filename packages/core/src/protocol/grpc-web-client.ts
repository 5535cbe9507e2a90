import type { ReadonlyMetadata } from "../metadata.ts";
import { GrpcStatusCode } from "../status.ts";
import type { HeaderReader } from "../transport.ts";
import { encodeBase64 } from "../wire/base64.ts";
import { Base64StreamDecoder } from "../wire/base64-stream.ts";
import { type CodecName, type Framing, parseContentType } from "../wire/content-type.ts";
import { WireFault } from "../wire/fault.ts";
import { encodeFrame, FLAG_TRAILERS, type Frame } from "../wire/frame.ts";
import { encodeUtf8 } from "../wire/text.ts";
import { formatTimeout } from "../wire/timeout.ts";
import { decodeWebTrailers } from "../wire/web-trailers.ts";
import {
  type CallEnd,
  type ClientProtocol,
  type ClientResponse,
  encodingIn,
  fieldsOf,
  type HeadFault,
  mediaTypeOf,
  type RequestInfo,
  readMetadata,
} from "./client-protocol.ts";
import { FramedResponse } from "./framed-response.ts";
import { decodeGrpcEnd } from "./grpc-end.ts";
import { codeOfHttpStatus } from "./http-status.ts";

const USER_AGENT = "grpc-web-railhead/0.1";

/** gRPC-Web from the client's side. https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-WEB.md */
export class GrpcWebClient implements ClientProtocol {
  readonly #framing: Framing;

  constructor(framing: "grpc-web" | "grpc-web-text") {
    this.#framing = framing;
  }

  requestHeaders({ codec, timeoutMs, encoding, accepted }: RequestInfo): string[] {
    // No "+proto", which is the default: proxies that turn gRPC-Web into gRPC keep it, and not every server takes it.
    const type = `application/${this.#framing}${codec === "json" ? "+json" : ""}`;
    // Proxies choose between text and binary responses by "accept". "x-user-agent" is what the protocol asks for
    // (PROTOCOL-WEB, "User Agent"), "x-grpc-web" what older servers know a client by.
    const list = ["content-type", type, "accept", type, "x-grpc-web", "1", "x-user-agent", USER_AGENT];
    const timeout = timeoutMs === undefined ? undefined : formatTimeout(timeoutMs);
    if (timeout !== undefined) list.push("grpc-timeout", timeout);
    if (encoding !== undefined) list.push("grpc-encoding", encoding);
    if (accepted.length > 0) list.push("grpc-accept-encoding", accepted.join(","));
    return list;
  }

  requestBody({ payload, flags }: Frame): Uint8Array {
    const frame = encodeFrame(payload, flags);
    return this.#framing === "grpc-web" ? frame : encodeUtf8(encodeBase64(frame));
  }

  checkHead(status: number, headers: HeaderReader, codec: CodecName): HeadFault | undefined {
    // https://github.com/grpc/grpc/blob/master/doc/http-grpc-status-mapping.md: only without a grpc-status, which must be
    // used where there is one.
    const hasStatus = headers.get("grpc-status") !== null;
    if (status !== 200 && !hasStatus) {
      return { code: codeOfHttpStatus(status), message: `HTTP status ${status}` };
    }
    const type = mediaTypeOf(headers);
    const known = parseContentType(type);
    if (known?.framing === this.#framing && known.codec === codec) return undefined;
    const failure = hasStatus && decodeGrpcEnd(fieldsOf(headers)).error;
    if (failure) return failure;
    // A codec that nobody asked for is a fault of a gRPC-Web server's; anything else is no such server.
    const code = known?.framing === this.#framing ? GrpcStatusCode.INTERNAL : GrpcStatusCode.UNKNOWN;
    return {
      code,
      message: `HTTP status ${status} with content type "${type}", expected ${this.#framing} with ${codec}`,
    };
  }

  openResponse(_status: number, headers: HeaderReader, maxMessageBytes: number): ClientResponse {
    return this.#framing === "grpc-web"
      ? new GrpcWebResponse(headers, maxMessageBytes)
      : new GrpcWebTextResponse(headers, maxMessageBytes);
  }
}

class GrpcWebResponse extends FramedResponse {
  readonly #headers: HeaderReader;
  /** A header block with a status is the trailers, unless a body follows (PROTOCOL-WEB, "Trailers-Only"). */
  #mayBeTrailers: boolean;

  constructor(headers: HeaderReader, maxMessageBytes: number) {
    super(maxMessageBytes, encodingIn(headers, "grpc-encoding"), FLAG_TRAILERS);
    this.#headers = headers;
    this.#mayBeTrailers = headers.get("grpc-status") !== null;
  }

  get metadata(): ReadonlyMetadata | undefined {
    return this.#mayBeTrailers ? undefined : readMetadata(fieldsOf(this.#headers));
  }

  override next(): Frame | undefined {
    const frame = super.next();
    if (frame !== undefined) this.#mayBeTrailers = false;
    return frame;
  }

  decodeEnd(payload: Uint8Array | undefined): CallEnd {
    if (payload !== undefined) return decodeGrpcEnd(decodeWebTrailers(payload));
    if (this.#mayBeTrailers) return decodeGrpcEnd(fieldsOf(this.#headers));
    throw new WireFault("truncated", "the response ends without trailers");
  }
}

class GrpcWebTextResponse extends GrpcWebResponse {
  readonly #decoder = new Base64StreamDecoder();

  override push(chunk: Uint8Array): void {
    super.push(this.#decoder.decode(chunk));
  }

  override close(): void {
    this.#decoder.end();
    super.close();
  }
}
