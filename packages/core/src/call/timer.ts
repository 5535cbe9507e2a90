/** Platforms fire a timer at once when its delay does not fit into 31 bits. */
const LONGEST_DELAY_MS = 2 ** 31 - 1;

/**
 * Calls back once, after any number of milliseconds (beyond about 24 days in several steps) and never before: Node counts
 * from the beginning of the turn it is in, which can be some milliseconds ago.
 */
export class Timer {
  #handle: ReturnType<typeof setTimeout> | undefined;

  constructor(delayMs: number, callback: () => void) {
    const endsAt = performance.now() + delayMs;
    const wait = (leftMs: number): void => {
      this.#handle = setTimeout(
        () => {
          const left = endsAt - performance.now();
          if (left > 0) wait(left);
          else callback();
        },
        Math.min(Math.ceil(leftMs), LONGEST_DELAY_MS),
      );
    };
    wait(delayMs);
  }

  clear(): void {
    clearTimeout(this.#handle);
  }
}
