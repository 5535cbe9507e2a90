import type { Readable } from "node:stream";

/** No DATA frame of a client is longer, unless Node is told otherwise. */
const BLOCK_BYTES = 16 * 1024;
const EMPTY = Buffer.alloc(0);

/**
 * Pauses an HTTP/2 stream so that what comes meanwhile is copied into blocks. Node goes on to take what the window allows,
 * and keeps a Buffer for each DATA frame: were they of one byte, a hundred times the window, and of any size the whole
 * reads of the socket that they came in.
 */
export class PausedStream {
  readonly #stream: Readable;
  /** Node hands on by it what comes. */
  readonly #push: Readable["push"];
  /** What is not handed on yet, in the block that is being filled. */
  #block = EMPTY;
  #from = 0;
  #to = 0;

  constructor(stream: Readable) {
    this.#stream = stream;
    this.#push = stream.push;
    stream.pause();
    stream.push = (chunk: Buffer | null) => this.#take(chunk);
  }

  /** Lets go of all that came, and of the stream. */
  resume(): void {
    this.#stream.push = this.#push;
    this.#handOn();
    this.#stream.resume();
  }

  /** Lets go of all that came where nobody wants it any more: Node keeps streams that are closed. */
  drop(): void {
    this.#stream.push = this.#push;
    this.#block = EMPTY;
    this.#from = 0;
    this.#to = 0;
  }

  #take(chunk: Buffer | null): boolean {
    if (chunk === null) {
      this.#handOn();
      return this.#push.call(this.#stream, chunk);
    }
    if (this.#block.length - this.#to < chunk.length) {
      this.#handOn();
      this.#block = Buffer.allocUnsafeSlow(Math.max(BLOCK_BYTES, chunk.length));
      this.#from = 0;
      this.#to = 0;
    }
    this.#to += chunk.copy(this.#block, this.#to);
    return false;
  }

  #handOn(): void {
    if (this.#from === this.#to) return;
    this.#push.call(this.#stream, this.#block.subarray(this.#from, this.#to));
    this.#from = this.#to;
  }
}
