import type { Pieces } from "@railhead/core/transport";
import type { Output } from "./output.ts";

const NONE: Pieces = [];

/** What a stream has to send. */
export class SendQueue {
  /** From one of them on, and from a byte of that on. */
  #pieces: Pieces = NONE;
  #at = 0;
  #offset = 0;
  length = 0;

  push(pieces: Pieces): void {
    if (this.length === 0) {
      this.#pieces = pieces;
      this.#at = 0;
      this.#offset = 0;
    } else {
      this.#pieces = [...this.#pieces.slice(this.#at), ...pieces];
      this.#at = 0;
    }
    for (const piece of pieces) this.length += piece.length;
  }

  /** False: a piece is shorter than it was, as its memory was transferred. */
  get isIntact(): boolean {
    let bytes = -this.#offset;
    for (let at = this.#at; at < this.#pieces.length; at++) bytes += (this.#pieces[at] as Uint8Array).length;
    return bytes === this.length;
  }

  /** Moves so many bytes to the output. */
  moveTo(output: Output, bytes: number): void {
    this.length -= bytes;
    let left = bytes;
    while (left > 0) {
      const piece = this.#pieces[this.#at] as Uint8Array;
      const end = Math.min(this.#offset + left, piece.length);
      output.add(end - this.#offset === piece.length ? piece : piece.subarray(this.#offset, end));
      left -= end - this.#offset;
      this.#offset = end;
      if (end < piece.length) continue;
      this.#at++;
      this.#offset = 0;
    }
    if (this.length === 0) this.#pieces = NONE;
  }

  clear(): void {
    this.#pieces = NONE;
    this.length = 0;
  }
}
