import { concat, frame, toBase64 } from "./bytes.ts";
import { ResponseReader } from "./reader.ts";
import { parseStatus, parseWebTrailers, type Status } from "./status.ts";
import type { Transport, TransportRequest, TransportResponse } from "./transport.ts";

export type ClientProtocol = "grpc" | "grpc-web" | "grpc-web-text";

export interface CallOptions {
  readonly headers?: readonly (readonly [name: string, value: string])[];
  /** Instead of the protocol's own. */
  readonly contentType?: string;
  readonly signal?: AbortSignal;
}

/** A finished call. */
export interface Answer extends Status {
  readonly headers: Headers;
  readonly messages: readonly Uint8Array[];
  /** The flags of each message's frame. */
  readonly flags: readonly number[];
}

/** A gRPC or gRPC-Web client of few lines: it shows what is on the wire and lets tests put anything there. */
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

  /** A call with the given frame bytes, whatever they are. */
  async callRaw(path: string, frames: Uint8Array, options: CallOptions = {}): Promise<Answer> {
    return (await this.open(path, frames, options)).finish();
  }

  /** Begins a call; resolves when the response has begun. A stream is sent as it comes, in frames. */
  async open(
    path: string,
    frames: Uint8Array | ReadableStream<Uint8Array>,
    options: CallOptions = {},
  ): Promise<OpenCall> {
    const body = this.protocol === "grpc-web-text" ? textBody(frames) : frames;
    const response = await this.http(path, {
      headers: [["content-type", options.contentType ?? this.contentType], ...(options.headers ?? [])],
      body,
      ...(options.signal !== undefined && { signal: options.signal }),
    });
    return new OpenCall(response, this.protocol);
  }

  /** Any HTTP request to the server. */
  http(path: string, request: TransportRequest): Promise<TransportResponse> {
    const te = this.protocol === "grpc" ? [["te", "trailers"] as const] : [];
    return this.#transport(this.url + path, { ...request, headers: [...request.headers, ...te] });
  }

  get contentType(): string {
    return `application/${this.protocol}`;
  }
}

/** A call whose response has begun. */
export class OpenCall {
  readonly response: TransportResponse;
  readonly #protocol: ClientProtocol;
  readonly #reader: ResponseReader;
  readonly #messages: Uint8Array[] = [];
  readonly #flags: number[] = [];
  #trailers: Headers | undefined;

  constructor(response: TransportResponse, protocol: ClientProtocol) {
    this.response = response;
    this.#protocol = protocol;
    this.#reader = new ResponseReader(response.body, protocol === "grpc-web-text");
  }

  /** The next message; undefined at the end. */
  async next(): Promise<Uint8Array | undefined> {
    const received = await this.#reader.next();
    if (received === undefined) return undefined;
    if (this.#trailers !== undefined) throw new Error("a frame follows the trailers");
    if ((received.flags & 0x80) !== 0) {
      this.#trailers = parseWebTrailers(received.payload);
      return this.next();
    }
    this.#messages.push(received.payload);
    this.#flags.push(received.flags);
    return received.payload;
  }

  /** Reads to the end. Throws when the response bears no status. */
  async finish(): Promise<Answer> {
    while ((await this.next()) !== undefined);
    const { status, headers } = this.response;
    if (status !== 200) throw new Error(`HTTP status ${status}`);
    const trailers = this.#protocol === "grpc" ? await this.response.trailers : this.#trailers;
    const end = (trailers && parseStatus(trailers)) ?? parseStatus(headers);
    if (end === undefined) throw new Error("the response has no grpc-status");
    return { ...end, headers, messages: this.#messages, flags: this.#flags };
  }

  /** Reads no further and says so to the server. */
  async cancel(): Promise<void> {
    await this.#reader.cancel();
  }
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
