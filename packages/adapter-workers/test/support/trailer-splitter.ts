import type { OutgoingHttpHeaders } from "node:http";
import { Transform, type TransformCallback } from "node:stream";

const HEADER_BYTES = 5;
const TRAILERS = 0x80;
/** A trailer that converts: lower-case name, colon, and the value with no space before it. */
const LINE = /^(?<name>[a-z0-9_.-]+):(?<value>(?! ).*)$/;

/** Passes the message frames of a gRPC-Web body on as they are complete, and keeps the frame of trailers. */
export class TrailerSplitter extends Transform {
  #bytes = Buffer.alloc(0);
  #trailers: Buffer | undefined;

  override _transform(chunk: Buffer, _: BufferEncoding, done: TransformCallback): void {
    this.#bytes = Buffer.concat([this.#bytes, chunk]);
    for (let frame = this.#next(); frame !== undefined; frame = this.#next()) {
      if (((frame[0] ?? 0) & TRAILERS) === 0) this.push(frame);
      else this.#trailers = frame.subarray(HEADER_BYTES);
    }
    done();
  }

  /** The trailers of a body that is complete, or why they are none. */
  get outcome(): { readonly trailers: OutgoingHttpHeaders } | { readonly fault: string } {
    if (this.#trailers === undefined) return { fault: "no frame of trailers" };
    if (this.#bytes.length > 0) return { fault: "the body ends inside a frame" };
    const trailers: Record<string, string[]> = {};
    for (const line of this.#trailers.toString("latin1").split("\r\n").filter(Boolean)) {
      const { name, value } = LINE.exec(line)?.groups ?? {};
      if (name === undefined || value === undefined) return { fault: `trailer line ${JSON.stringify(line)}` };
      trailers[name] = [...(trailers[name] ?? []), value];
    }
    return { trailers };
  }

  #next(): Buffer | undefined {
    if (this.#bytes.length < HEADER_BYTES) return undefined;
    const end = HEADER_BYTES + this.#bytes.readUInt32BE(1);
    if (this.#bytes.length < end) return undefined;
    const frame = this.#bytes.subarray(0, end);
    this.#bytes = this.#bytes.subarray(end);
    return frame;
  }
}
