import { concat, frame, toBase64 } from "./bytes.ts";
import { type ClientProtocol, type Dialect, dialectOf, isUnary } from "./dialect.ts";
import { type Answer, FramedCall, type OpenCall } from "./open-call.ts";
import type { Transport, TransportRequest, TransportResponse } from "./transport.ts";
import { bareMessage, UnaryCall } from "./unary-call.ts";

export interface CallOptions {
  readonly headers?: readonly (readonly [name: string, value: string])[];
  /** Default: "proto". */
  readonly codec?: "proto" | "json";
  /** Instead of the protocol's own for that codec. */
  readonly contentType?: string;
  /** The compression that the request's messages are in already. */
  readonly encoding?: string;
  /** What the client reads. */
  readonly acceptEncoding?: string;
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal;
}

/** A client of few lines: it shows what is on the wire and lets tests put anything there. */
export class ContractClient {
  readonly url: string;
  readonly protocol: ClientProtocol;
  readonly #transport: Transport;

  constructor(url: string, transport: Transport, protocol: ClientProtocol) {
    this.url = url;
    this.protocol = protocol;
    this.#transport = transport;
  }

  /** A call with one message, or several, sent whole. */
  async call(
    path: string,
    messages: Uint8Array | readonly Uint8Array[],
    options: CallOptions = {},
  ): Promise<Answer> {
    const all = messages instanceof Uint8Array ? [messages] : messages;
    return this.callRaw(path, concat(all.map((message) => frame(message))), options);
  }

  /** A call with the given frame bytes, whatever they are; in a unary call of Connect they must be one frame. */
  async callRaw(path: string, frames: Uint8Array, options: CallOptions = {}): Promise<Answer> {
    return (await this.open(path, frames, options)).finish();
  }

  /** Begins a call; resolves when the response has begun. A stream is sent as it comes, in frames. */
  async open(
    path: string,
    frames: Uint8Array | ReadableStream<Uint8Array>,
    options: CallOptions = {},
  ): Promise<OpenCall> {
    const isBare = this.protocol === "connect" && isUnary(path);
    const response = await this.http(path, {
      headers: headersOf(dialectOf(this.protocol, path), options),
      body: isBare ? bareMessage(frames) : this.protocol === "grpc-web-text" ? textBody(frames) : frames,
      ...(options.signal !== undefined && { signal: options.signal }),
    });
    return isBare ? new UnaryCall(response) : new FramedCall(response, this.protocol);
  }

  /** Any HTTP request to the server. */
  http(path: string, request: TransportRequest): Promise<TransportResponse> {
    const te = this.protocol === "grpc" ? [["te", "trailers"] as const] : [];
    return this.#transport(this.url + path, { ...request, headers: [...request.headers, ...te] });
  }

  /** Of a request to this path, in binary. */
  contentType(path: string): string {
    return dialectOf(this.protocol, path).contentType("proto");
  }
}

function headersOf(dialect: Dialect, options: CallOptions): (readonly [string, string])[] {
  const { codec = "proto", contentType = dialect.contentType(codec), headers = [] } = options;
  const { encoding, acceptEncoding, timeoutMs } = options;
  return [
    ["content-type", contentType],
    ...(encoding === undefined ? [] : [[dialect.encodingHeader, encoding] as const]),
    ...(acceptEncoding === undefined ? [] : [[dialect.acceptEncodingHeader, acceptEncoding] as const]),
    ...(timeoutMs === undefined ? [] : [dialect.timeoutHeader(timeoutMs)]),
    ...headers,
  ];
}

/** Base64, of a stream chunk by chunk with a padding each, as clients do that flush after each message. */
function textBody(frames: Uint8Array | ReadableStream<Uint8Array>): Uint8Array | ReadableStream<Uint8Array> {
  const encode = (bytes: Uint8Array): Uint8Array => new TextEncoder().encode(toBase64(bytes));
  if (frames instanceof Uint8Array) return encode(frames);
  return frames.pipeThrough(
    new TransformStream<Uint8Array, Uint8Array>({
      transform: (chunk, controller) => controller.enqueue(encode(chunk)),
    }),
  );
}
