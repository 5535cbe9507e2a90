import { FIRST_WINDOW_BYTES } from "./protocol.ts";

/** What a client may still send, on a stream or on a connection (RFC 9113, section 5.2). */
export class InboundWindow {
  #size: number;
  #left: number;
  /** What has been read of it and the client is still to be told. */
  #read: number;

  private constructor(size: number, left: number, read: number) {
    this.#size = size;
    this.#left = left;
    this.#read = read;
  }

  /** Every connection begins at the same size; of a smaller one, the client uses up first what is too much. */
  static ofConnection(size: number): InboundWindow {
    return new InboundWindow(size, FIRST_WINDOW_BYTES, size - FIRST_WINDOW_BYTES);
  }

  /** Clients that do not know the settings yet take a stream's window for that of the beginning. */
  static ofStream(size: number, isKnown: boolean): InboundWindow {
    return new InboundWindow(size, isKnown ? size : Math.max(size, FIRST_WINDOW_BYTES), 0);
  }

  /** Bytes came. False: more than the client was allowed to send. */
  take(bytes: number): boolean {
    this.#left -= bytes;
    return this.#left >= 0;
  }

  /** Bytes were read. @returns what the client is to be told that it may send more; 0: nothing, until it is half the window */
  release(bytes: number): number {
    this.#read += bytes;
    if (this.#read * 2 < this.#size) return 0;
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
