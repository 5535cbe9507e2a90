/** More than can be on their way to a client. */
const KEPT_RESETS = 4096;
const KEPT_ENDS = 64;

/** The streams of a connection that were closed last: what may still come on one depends on how that was. */
export class ClosedStreams {
  readonly #reset = new Set<number>();
  /** The oldest is overwritten by the next. */
  readonly #ended = new Uint32Array(KEPT_ENDS);
  #at = 0;

  /** @param isReset by this end */
  add(id: number, isReset: boolean): void {
    if (!isReset) {
      this.#ended[this.#at++ % KEPT_ENDS] = id;
      return;
    }
    this.#reset.add(id);
    if (this.#reset.size <= KEPT_RESETS) return;
    for (const oldest of this.#reset) {
      this.#reset.delete(oldest);
      return;
    }
  }

  /** What the client has sent before it heard of that is no fault of its. */
  wasReset(id: number): boolean {
    return this.#reset.has(id);
  }

  /** Both ends were done with it, or the client has reset it. */
  wasEnded(id: number): boolean {
    return this.#ended.includes(id);
  }
}
