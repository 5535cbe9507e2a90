/** Platforms fire a timer at once when its delay does not fit into 31 bits. */
const LONGEST_DELAY_MS = 2 ** 31 - 1;

/** Calls back once, after any number of milliseconds; beyond about 24 days in several steps. */
export class Timer {
  #handle: ReturnType<typeof setTimeout> | undefined;

  constructor(delayMs: number, callback: () => void) {
    this.#arm(delayMs, callback);
  }

  clear(): void {
    clearTimeout(this.#handle);
  }

  #arm(delayMs: number, callback: () => void): void {
    const step = Math.min(delayMs, LONGEST_DELAY_MS);
    this.#handle = setTimeout(() => {
      if (step < delayMs) this.#arm(delayMs - step, callback);
      else callback();
    }, Math.ceil(step));
  }
}
