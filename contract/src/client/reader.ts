import { concat, fromBase64 } from "./bytes.ts";

/** One frame of a response. */
export interface ReceivedFrame {
  readonly flags: number;
  readonly payload: Uint8Array;
}

/** Reads the frames of a response as they arrive. Written apart from core's reader, so that it can prove it wrong. */
export class ResponseReader {
  readonly #body: ReadableStreamDefaultReader<Uint8Array> | undefined;
  readonly #isText: boolean;
  #bytes: Uint8Array = new Uint8Array(0);
  #text = "";

  constructor(body: ReadableStream<Uint8Array> | null, isText: boolean) {
    this.#body = body?.getReader();
    this.#isText = isText;
  }

  /** Undefined at the end of the body; throws when that comes inside a frame. */
  async next(): Promise<ReceivedFrame | undefined> {
    for (;;) {
      const length = this.#bytes.length < 5 ? 0 : new DataView(this.#bytes.slice(1, 5).buffer).getUint32(0);
      if (this.#bytes.length >= 5 + length) {
        const [flags = 0] = this.#bytes;
        const payload = this.#bytes.slice(5, 5 + length);
        this.#bytes = this.#bytes.subarray(5 + length);
        return { flags, payload };
      }
      if (await this.#fill(5 + length)) continue;
      if (this.#bytes.length + this.#text.length > 0) throw new Error("the response ends inside a frame");
      return undefined;
    }
  }

  /** All that is left, as text. */
  async text(): Promise<string> {
    while (await this.#fill(Number.POSITIVE_INFINITY));
    return new TextDecoder().decode(this.#bytes) + this.#text;
  }

  async cancel(): Promise<void> {
    await this.#body?.cancel();
  }

  /** Reads until so many bytes are there; false when the body ended before. */
  async #fill(wanted: number): Promise<boolean> {
    const parts = [this.#bytes];
    let size = this.#bytes.length;
    while (size < wanted) {
      const step = await this.#body?.read();
      if (step === undefined || step.done) break;
      const part = this.#isText ? this.#decode(step.value) : step.value;
      parts.push(part);
      size += part.length;
    }
    this.#bytes = concat(parts);
    return size >= wanted;
  }

  /** The complete groups of four so far; each run of groups may end in padding of its own. */
  #decode(chunk: Uint8Array): Uint8Array {
    const text = this.#text + new TextDecoder("latin1").decode(chunk);
    const usable = text.length - (text.length % 4);
    this.#text = text.slice(usable);
    const runs = text.slice(0, usable).match(/[^=]+={0,2}/g) ?? [];
    return concat(runs.map(fromBase64));
  }
}
