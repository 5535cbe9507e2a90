import { expect, test } from "vitest";
import { type ActiveCall, Lifecycle } from "../src/lifecycle.ts";

test("a call that ends others when it is cancelled keeps nobody from being told", () => {
  const lifecycle = new Lifecycle();
  const told: number[] = [];
  const calls: ActiveCall[] = [0, 1, 2, 3].map((name) => ({
    previous: undefined,
    next: undefined,
    cancel() {
      told.push(name);
      // The newest is told first, and ends the one behind it in the list.
      if (name === 3 && calls[2] !== undefined) lifecycle.end(calls[2]);
    },
  }));
  for (const call of calls) lifecycle.begin(call);
  lifecycle.cancelCalls();
  expect(told.toSorted()).toEqual([0, 1, 2, 3]);
});
