/** How often something may happen: a bucket of so many, filled again with time. */
export class RateLimit {
  readonly #burst: number;
  readonly #perSecond: number;
  readonly #now: () => number;
  #left: number;
  #since: number;

  /** @param now in milliseconds */
  constructor(burst: number, perSecond: number, now: () => number = () => performance.now()) {
    this.#burst = burst;
    this.#perSecond = perSecond;
    this.#now = now;
    this.#left = burst;
    this.#since = now();
  }

  /** Counts one. False: it was one too many. */
  take(): boolean {
    // Not only once it is empty: what has come in by then would make a second burst right behind the first.
    this.#refill();
    this.#left--;
    return this.#left >= 0;
  }

  #refill(): void {
    const now = this.#now();
    this.#left = Math.min(this.#burst, this.#left + ((now - this.#since) * this.#perSecond) / 1000);
    this.#since = now;
  }
}
