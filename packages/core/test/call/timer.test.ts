import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Timer } from "../../src/call/timer.ts";

const LONGEST = 2 ** 31 - 1;

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test.each([1, 1000, LONGEST - 1, LONGEST, LONGEST + 1, LONGEST * 2, LONGEST * 2 + 1, LONGEST * 5 + 7])(
  "fires once, after %i ms",
  (delayMs) => {
    const callback = vi.fn();
    new Timer(delayMs, callback);
    vi.advanceTimersByTime(delayMs - 1);
    expect(callback).not.toHaveBeenCalled();
    vi.advanceTimersByTime(1);
    expect(callback).toHaveBeenCalledOnce();
    vi.advanceTimersByTime(LONGEST);
    expect(callback).toHaveBeenCalledOnce();
    expect(vi.getTimerCount()).toBe(0);
  },
);

test("waits a fraction of a millisecond out", () => {
  const callback = vi.fn();
  new Timer(0.5, callback);
  vi.advanceTimersByTime(0);
  expect(callback).not.toHaveBeenCalled();
  vi.advanceTimersByTime(1);
  expect(callback).toHaveBeenCalledOnce();
});

test.each([5, LONGEST * 3])("does not fire once it is cleared: %i ms", (delayMs) => {
  const callback = vi.fn();
  const timer = new Timer(delayMs, callback);
  vi.advanceTimersByTime(Math.min(delayMs - 1, LONGEST));
  timer.clear();
  timer.clear();
  expect(vi.getTimerCount()).toBe(0);
  vi.advanceTimersByTime(LONGEST * 4);
  expect(callback).not.toHaveBeenCalled();
});

test("waits on where the platform's timer fires early, as Node's do in a turn that takes long", () => {
  const callback = vi.fn();
  const now = vi.spyOn(performance, "now").mockReturnValueOnce(performance.now() + 7);
  new Timer(20, callback);
  now.mockRestore();
  vi.advanceTimersByTime(26);
  expect(callback).not.toHaveBeenCalled();
  vi.advanceTimersByTime(1);
  expect(callback).toHaveBeenCalledOnce();
});

test("never asks the platform for a delay that it cannot keep", () => {
  const asked = vi.spyOn(globalThis, "setTimeout");
  new Timer(LONGEST * 10, () => {});
  vi.advanceTimersByTime(LONGEST * 11);
  expect(asked).toHaveBeenCalledTimes(10);
  for (const [, delay] of asked.mock.calls) expect(delay).toBeLessThanOrEqual(LONGEST);
});
