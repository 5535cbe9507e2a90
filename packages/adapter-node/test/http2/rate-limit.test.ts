import { expect, test } from "vitest";
import { RateLimit } from "../../src/http2/rate-limit.ts";

/** A limit on a clock of the test's. */
function limitOf(burst: number, perSecond: number) {
  let now = 5000;
  const limit = new RateLimit(burst, perSecond, () => now);
  return {
    /** How many of so many are permitted, from the first on. */
    take: (count: number): number => Array.from({ length: count }, () => limit.take()).filter(Boolean).length,
    pass: (ms: number): void => {
      now += ms;
    },
  };
}

test("so many may come at once, and not one more", () => {
  expect(limitOf(5, 1000).take(6)).toBe(5);
});

test("more may come with time", () => {
  const { take, pass } = limitOf(5, 10);
  take(5);
  pass(100);
  expect(take(2)).toBe(1);
});

test("a part of one is none yet", () => {
  const { take, pass } = limitOf(5, 10);
  take(5);
  pass(99);
  expect(take(1)).toBe(0);
});

test("a second is one of 1,000 milliseconds", () => {
  const { take, pass } = limitOf(1, 1);
  take(1);
  pass(999);
  expect(take(1)).toBe(0);
});

test("parts add up", () => {
  const { take, pass } = limitOf(5, 10);
  take(5);
  pass(150);
  expect(take(1)).toBe(1);
  pass(50);
  expect(take(2)).toBe(1);
});

test("a steady client may go on for ever", () => {
  const { take, pass } = limitOf(1, 10);
  for (let times = 0; times < 1000; times++) {
    expect(take(1)).toBe(1);
    pass(100);
  }
});

test("no time makes more than the burst of it", () => {
  const { take, pass } = limitOf(5, 10);
  take(5);
  pass(1_000_000);
  expect(take(10)).toBe(5);
});

test.each([0, 1, 4])("a quiet time makes no second burst behind the first: %i before", (before) => {
  const { take, pass } = limitOf(5, 10);
  take(before);
  pass(1_000_000);
  expect(take(20)).toBe(5);
});

test("nothing may be permitted", () => {
  const { take, pass } = limitOf(0, 0);
  expect(take(1)).toBe(0);
  pass(1000);
  expect(take(1)).toBe(0);
});

test("there is a clock", () => {
  const limit = new RateLimit(2, 0);
  expect([limit.take(), limit.take(), limit.take()]).toEqual([true, true, false]);
});
