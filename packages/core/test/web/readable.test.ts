import { expect, test, vi } from "vitest";
import { readableFrom } from "../../src/web/readable.ts";
import { forbidUnhandledRejections, settle } from "../support/hygiene.ts";

forbidUnhandledRejections();

test("values come in order, and the end after them", async () => {
  async function* source(): AsyncGenerator<number> {
    yield* [1, 2, 3];
  }
  expect(await Array.fromAsync(readableFrom(source()))).toEqual([1, 2, 3]);
});

test("nothing is read before it is asked for", async () => {
  const next = vi.fn(async () => ({ done: false as const, value: 1 }));
  const stream = readableFrom<number>({ [Symbol.asyncIterator]: () => ({ next }) });
  await settle();
  expect(next).not.toHaveBeenCalled();
  const reader = stream.getReader();
  await reader.read();
  await settle();
  expect(next).toHaveBeenCalledOnce();
});

test("a failure of the source is a failure of the stream", async () => {
  async function* source(): AsyncGenerator<number> {
    yield 1;
    throw new Error("torn");
  }
  const reader = readableFrom(source()).getReader();
  expect((await reader.read()).value).toBe(1);
  await expect(reader.read()).rejects.toThrow("torn");
});

test("cancelling it ends the source", async () => {
  const ended = vi.fn();
  async function* source(): AsyncGenerator<number> {
    try {
      for (;;) yield 1;
    } finally {
      ended();
    }
  }
  const stream = readableFrom(source());
  const reader = stream.getReader();
  await reader.read();
  await reader.cancel("enough");
  expect(ended).toHaveBeenCalledOnce();
});

test("a source that cannot be ended may be left", async () => {
  const source = {
    [Symbol.asyncIterator]: () => ({ next: async () => ({ done: false as const, value: 1 }) }),
  };
  await expect(readableFrom(source).cancel()).resolves.toBeUndefined();
});
