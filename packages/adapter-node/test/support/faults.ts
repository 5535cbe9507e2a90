import { setImmediate } from "node:timers/promises";
import { afterEach, beforeEach, expect } from "vitest";

/** Fails each test of this file in whose time something went wrong that nobody caught. */
export function expectNoFaults(): void {
  const faults: unknown[] = [];
  const note = (fault: unknown): void => void faults.push(fault);
  beforeEach(() => {
    faults.length = 0;
    process.on("uncaughtException", note);
    process.on("unhandledRejection", note);
  });
  afterEach(async () => {
    // Rejections are told once the microtasks of their turn are done.
    await setImmediate();
    process.off("uncaughtException", note);
    process.off("unhandledRejection", note);
    expect(faults).toEqual([]);
  });
}
