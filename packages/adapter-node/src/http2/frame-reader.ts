import { FRAME_HEADER_BYTES, FrameType } from "./protocol.ts";

/** What becomes of the frames of a connection. */
export interface FrameSink {
  /** The head of a frame, before its payload. Throws for one that must not come. */
  frameBegins(type: number, flags: number, stream: number, length: number): void;
  /** A piece of the payload of DATA, as it came. */
  dataComes(bytes: Buffer): void;
  /** The payload of DATA is complete. */
  dataEnds(): void;
  /** Any other frame, complete. The payload is valid until the call returns. */
  frame(type: number, flags: number, stream: number, payload: Buffer): void;
}

const NO_BYTES = Buffer.alloc(0);

/**
 * Cuts what comes on a connection into frames (RFC 9113, section 4.1). DATA is handed on as it comes; other frames are
 * short, and are gathered where they come in parts.
 */
export class FrameReader {
  readonly #sink: FrameSink;
  /** The head of a frame that came in parts. */
  readonly #head = Buffer.alloc(FRAME_HEADER_BYTES);
  #headBytes = 0;
  #inPayload = false;
  #type = 0;
  #flags = 0;
  #stream = 0;
  /** What is still to come of the payload. */
  #left = 0;
  /** The payload of a frame that came in parts. */
  #parts: Buffer | undefined;

  constructor(sink: FrameSink) {
    this.#sink = sink;
  }

  push(chunk: Buffer): void {
    let at = 0;
    while (at < chunk.length || (this.#inPayload && this.#left === 0)) {
      at = this.#inPayload ? this.#readPayload(chunk, at) : this.#readHead(chunk, at);
    }
  }

  #readHead(chunk: Buffer, at: number): number {
    if (this.#headBytes === 0 && chunk.length - at >= FRAME_HEADER_BYTES) {
      this.#begin(chunk, at);
      return at + FRAME_HEADER_BYTES;
    }
    const copied = chunk.copy(this.#head, this.#headBytes, at);
    this.#headBytes += copied;
    if (this.#headBytes === FRAME_HEADER_BYTES) {
      this.#headBytes = 0;
      this.#begin(this.#head, 0);
    }
    return at + copied;
  }

  #begin(head: Buffer, at: number): void {
    this.#left = head.readUIntBE(at, 3);
    this.#type = head[at + 3] as number;
    this.#flags = head[at + 4] as number;
    this.#stream = head.readUInt32BE(at + 5) & 0x7fffffff;
    this.#inPayload = true;
    this.#sink.frameBegins(this.#type, this.#flags, this.#stream, this.#left);
  }

  #readPayload(chunk: Buffer, at: number): number {
    const taken = Math.min(this.#left, chunk.length - at);
    const end = at + taken;
    this.#left -= taken;
    if (this.#type === FrameType.DATA) {
      if (taken > 0) this.#sink.dataComes(chunk.subarray(at, end));
      if (this.#left > 0) return end;
      this.#inPayload = false;
      this.#sink.dataEnds();
      return end;
    }
    let payload = taken === 0 ? NO_BYTES : chunk.subarray(at, end);
    if (this.#parts !== undefined || this.#left > 0) {
      this.#parts = this.#parts === undefined ? Buffer.from(payload) : Buffer.concat([this.#parts, payload]);
      payload = this.#parts;
    }
    if (this.#left > 0) return end;
    this.#parts = undefined;
    this.#inPayload = false;
    this.#sink.frame(this.#type, this.#flags, this.#stream, payload);
    return end;
  }
}
