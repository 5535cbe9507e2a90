import { expect, test } from "vitest";
import { ClosedStreams } from "../../src/http2/closed-streams.ts";

/** Stream ids of a client, in their order. */
const ids = (count: number): number[] => Array.from({ length: count }, (_, at) => 2 * at + 1);

test("how a stream was closed is known", () => {
  const closed = new ClosedStreams();
  closed.add(1, true);
  closed.add(3, false);
  expect([1, 3, 5].map((id) => closed.wasReset(id))).toEqual([true, false, false]);
  expect([1, 3, 5].map((id) => closed.wasEnded(id))).toEqual([false, true, false]);
});

test("the last 4,096 that were reset are known", () => {
  const closed = new ClosedStreams();
  const all = ids(5000);
  for (const id of all) closed.add(id, true);
  expect(all.filter((id) => closed.wasReset(id))).toEqual(all.slice(-4096));
});

test("the last 64 that ended are known", () => {
  const closed = new ClosedStreams();
  const all = ids(200);
  for (const id of all) closed.add(id, false);
  expect(all.filter((id) => closed.wasEnded(id))).toEqual(all.slice(-64));
});

test("those that ended do not drive out those that were reset", () => {
  const closed = new ClosedStreams();
  closed.add(1, true);
  for (const id of ids(5000).slice(1)) closed.add(id, false);
  expect(closed.wasReset(1)).toBe(true);
});

test("the highest stream is known like any other", () => {
  const closed = new ClosedStreams();
  closed.add(2 ** 31 - 1, false);
  expect(closed.wasEnded(2 ** 31 - 1)).toBe(true);
});
