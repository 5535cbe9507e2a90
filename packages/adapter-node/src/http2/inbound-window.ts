import { FIRST_WINDOW_BYTES } from "./protocol.ts";

/** A call waits no longer for its client than for half of a window. */
const STREAM_PARTS = 2;
/**
 * On a connection, what has been read and not told is missing to all its calls: with half of the window, one call that
 * does not read could stop the others.
 */
const CONNECTION_PARTS = 16;

/** What a client may still send, on a stream or on a connection (RFC 9113, section 5.2). */
export class InboundWindow {
  /** The client is told when one of so many parts of the window was read. */
  readonly #parts: number;
  #size: number;
  #left: number;
  /** What has been read of it and the client is still to be told. */
  #read: number;

  private constructor(parts: number, size: number, left: number, read: number) {
    this.#parts = parts;
    this.#size = size;
    this.#left = left;
    this.#read = read;
  }

  /** Every connection begins at the same size; of a smaller one, the client uses up first what is too much. */
  static ofConnection(size: number): InboundWindow {
    return new InboundWindow(CONNECTION_PARTS, size, FIRST_WINDOW_BYTES, size - FIRST_WINDOW_BYTES);
  }

  /** Clients that do not know the settings yet take a stream's window for that of the beginning. */
  static ofStream(size: number, isKnown: boolean): InboundWindow {
    return new InboundWindow(STREAM_PARTS, size, isKnown ? size : Math.max(size, FIRST_WINDOW_BYTES), 0);
  }

  /** Bytes came. False: more than the client was allowed to send. */
  take(bytes: number): boolean {
    this.#left -= bytes;
    return this.#left >= 0;
  }

  /** Bytes were read. @returns what the client is to be told that it may send more; 0: nothing, until it is a part of the window */
  release(bytes: number): number {
    this.#read += bytes;
    if (this.#read * this.#parts < this.#size) return 0;
    const opened = this.#read;
    this.#read = 0;
    this.#left += opened;
    return opened;
  }

  /** @param isTold the client hears of it by the settings; else by the next `release` */
  grow(size: number, isTold: boolean): void {
    const grown = size - this.#size;
    this.#size = size;
    if (isTold) this.#left += grown;
    else this.#read += grown;
  }
}
