/**
 * How many calls a client may have broken off on a connection: a bucket of so many, filled again with time. Counted are
 * those it cancels (CVE-2023-44487, "rapid reset") and those it makes this end reset, by breaking rules (CVE-2025-8671,
 * "made you reset").
 */
export class ResetLimit {
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
    if (this.#left < 1) this.#refill();
    this.#left--;
    return this.#left >= 0;
  }

  #refill(): void {
    const now = this.#now();
    this.#left = Math.min(this.#burst, this.#left + ((now - this.#since) * this.#perSecond) / 1000);
    this.#since = now;
  }
}
