import { afterAll, afterEach, beforeAll, beforeEach, expect, vi } from "vitest";

/** Lets everything run that is due now: promise jobs, and what they schedule for the next turn of the event loop. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 3; turn++) await new Promise((resolve) => setImmediate(resolve));
}

/** Call at the top of a file: no test in it may leave an unhandled rejection behind. */
export function forbidUnhandledRejections(): void {
  const seen: unknown[] = [];
  const note = (reason: unknown): void => void seen.push(reason);
  beforeAll(() => void process.on("unhandledRejection", note));
  afterEach(async () => {
    vi.useRealTimers();
    await settle();
    expect(seen.splice(0), "unhandled rejections").toEqual([]);
  });
  afterAll(() => void process.off("unhandledRejection", note));
}

/** Far more views than any test needs; a loop without an end gets there at once. */
const MOST_VIEWS = 1_000_000;

/**
 * Call at the top of a file that feeds parsers: makes an endless loop over chunks a failure. A test's timeout cannot:
 * it never gets its turn.
 */
export function forbidEndlessLoops(): void {
  const { subarray } = Uint8Array.prototype;
  beforeEach(() => {
    let views = 0;
    Uint8Array.prototype.subarray = function (this: Uint8Array<ArrayBuffer>, begin?: number, end?: number) {
      if (++views > MOST_VIEWS) throw new Error("a parser loops without an end");
      return subarray.call(this, begin, end) as Uint8Array<ArrayBuffer>;
    };
  });
  afterEach(() => {
    Uint8Array.prototype.subarray = subarray;
  });
}
