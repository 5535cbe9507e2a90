import { concat } from "./bytes.ts";
import type { Answer, OpenCall } from "./open-call.ts";
import { connectStatus, type Status } from "./status.ts";
import type { TransportResponse } from "./transport.ts";

/** A unary call of Connect: plain HTTP. */
export class UnaryCall implements OpenCall {
  readonly response: TransportResponse;
  readonly #messages: Uint8Array[] = [];
  #body: Promise<Uint8Array> | undefined;

  constructor(response: TransportResponse) {
    this.response = response;
  }

  async next(): Promise<Uint8Array | undefined> {
    const isFirst = this.#body === undefined;
    const body = await this.#read();
    if (!isFirst || this.response.status !== 200) return undefined;
    this.#messages.push(body);
    return body;
  }

  async finish(): Promise<Answer> {
    await this.next();
    const { status, headers } = this.response;
    const encoding = headers.get("content-encoding");
    const flags = this.#messages.map(() => (encoding === null ? 0 : 1));
    const end = status === 200 ? connectStatus(undefined, trailersIn(headers)) : await this.#failure();
    const isDecoded = encoding !== null && this.response.isDecoded === true;
    return { ...end, headers, encoding, isDecoded, messages: this.#messages, flags };
  }

  async cancel(): Promise<void> {
    await this.response.body?.cancel();
  }

  async #failure(): Promise<Status> {
    const { status, headers } = this.response;
    const type = headers.get("content-type");
    if (type !== "application/json") throw new Error(`HTTP status ${status}, ${type}`);
    const error: unknown = JSON.parse(new TextDecoder().decode(await this.#read()));
    return connectStatus(error, trailersIn(headers));
  }

  #read(): Promise<Uint8Array> {
    this.#body ??= readAll(this.response.body);
    return this.#body;
  }
}

async function readAll(body: ReadableStream<Uint8Array> | null): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  for await (const part of body ?? []) parts.push(part);
  return concat(parts);
}

function trailersIn(headers: Headers): Headers {
  const trailers = new Headers();
  for (const [name, value] of headers) {
    if (name.startsWith("trailer-")) trailers.append(name.slice("trailer-".length), value);
  }
  return trailers;
}

/** The message in the one frame of a request. */
export function bareMessage(frames: Uint8Array | ReadableStream<Uint8Array>): Uint8Array {
  if (frames instanceof Uint8Array && frames.length >= 5) {
    const { buffer, byteOffset } = frames;
    if (new DataView(buffer, byteOffset + 1, 4).getUint32(0) === frames.length - 5) return frames.subarray(5);
  }
  throw new Error("a unary call of Connect has exactly one message");
}
