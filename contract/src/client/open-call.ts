import type { ClientProtocol } from "./dialect.ts";
import { ResponseReader } from "./reader.ts";
import { parseConnectEnd, parseStatus, parseWebTrailers, type Status } from "./status.ts";
import type { TransportResponse } from "./transport.ts";

/** A finished call. */
export interface Answer extends Status {
  readonly headers: Headers;
  /** The compression that compressed messages are in. */
  readonly encoding: string | null;
  /** Compressed where their flags say so, but for those that the transport has decompressed. */
  readonly messages: readonly Uint8Array[];
  readonly isDecoded: boolean;
  /** The flags of each message's frame; where there are no frames, 1 says that the message came compressed. */
  readonly flags: readonly number[];
}

/** A call whose response has begun. */
export interface OpenCall {
  readonly response: TransportResponse;
  /** The next message; undefined at the end. */
  next(): Promise<Uint8Array | undefined>;
  /** Reads to the end. Throws when the response bears no status. */
  finish(): Promise<Answer>;
  /** Reads no further and says so to the server. */
  cancel(): Promise<void>;
}

/** A call whose messages are in frames. */
export class FramedCall implements OpenCall {
  readonly response: TransportResponse;
  readonly #protocol: ClientProtocol;
  readonly #reader: ResponseReader;
  readonly #messages: Uint8Array[] = [];
  readonly #flags: number[] = [];
  /** What the last frame says. */
  #end: Status | undefined;

  constructor(response: TransportResponse, protocol: ClientProtocol) {
    this.response = response;
    this.#protocol = protocol;
    this.#reader = new ResponseReader(response.body, protocol === "grpc-web-text");
  }

  async next(): Promise<Uint8Array | undefined> {
    if (this.response.status !== 200) throw await this.#refusal();
    const received = await this.#reader.next();
    if (received === undefined) return undefined;
    if (this.#end !== undefined) throw new Error("a frame follows the end");
    if ((received.flags & (this.#protocol === "connect" ? 0x02 : 0x80)) !== 0) {
      this.#end = this.#endOf(received.payload);
      return this.next();
    }
    this.#messages.push(received.payload);
    this.#flags.push(received.flags);
    return received.payload;
  }

  async finish(): Promise<Answer> {
    while ((await this.next()) !== undefined);
    const { headers } = this.response;
    const trailers = this.#protocol === "grpc" ? await this.response.trailers : undefined;
    const end = this.#end ?? (trailers && parseStatus(trailers)) ?? parseStatus(headers);
    if (end === undefined) throw new Error("the response has no status");
    const encoding = headers.get("grpc-encoding") ?? headers.get("connect-content-encoding");
    return { ...end, headers, encoding, isDecoded: false, messages: this.#messages, flags: this.#flags };
  }

  async cancel(): Promise<void> {
    await this.#reader.cancel();
  }

  /** What came instead of an answer, from a proxy for instance. */
  async #refusal(): Promise<Error> {
    const text = await this.#reader.text();
    return new Error(`HTTP status ${this.response.status}: ${text.slice(0, 500)}`);
  }

  #endOf(payload: Uint8Array): Status {
    if (this.#protocol === "connect") return parseConnectEnd(payload);
    const end = parseStatus(parseWebTrailers(payload));
    if (end === undefined) throw new Error("the trailers have no grpc-status");
    return end;
  }
}
