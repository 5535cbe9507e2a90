import { afterEach, expect, test, vi } from "vitest";
import { FrameReader } from "../../src/wire/frame.ts";
import { bytes, concat, frame, frameHeader } from "../support/bytes.ts";
import { collectGarbage } from "../support/garbage.ts";

/** A message that arrives in very many pieces, as a hostile or a very slow sender gives it. */

afterEach(() => void vi.restoreAllMocks());

const PIECES = 50_000;

function feed(reader: FrameReader, count: number): void {
  for (let at = 0; at < count; at++) reader.push(bytes(at & 0xff));
}

test("comes out whole", () => {
  const reader = new FrameReader(PIECES);
  reader.push(frameHeader(PIECES));
  expect(reader.next()).toBeUndefined();
  feed(reader, PIECES - 1);
  expect(reader.next()).toBeUndefined();
  expect(reader.bufferedBytes).toBe(PIECES - 1);
  reader.push(concat(bytes(9), frame(bytes(7))));
  const message = reader.next()?.payload;
  expect(message).toHaveLength(PIECES);
  expect(message?.subarray(0, -1).every((byte, at) => byte === (at & 0xff))).toBe(true);
  expect(message?.at(-1)).toBe(9);
  expect(reader.next()?.payload).toEqual(bytes(7));
  expect(reader.isEmpty).toBe(true);
});

test.each([
  ["of one byte", 0],
  ["of one byte, every 200th of them larger", 600],
])("takes little more memory than its bytes, in pieces %s", (_, largeBytes) => {
  const length = largeBytes * (PIECES / 200) + PIECES;
  const reader = new FrameReader(length);
  reader.push(frameHeader(length));
  reader.next();
  collectGarbage();
  const before = process.memoryUsage();
  for (let at = 1; at < PIECES; at++) reader.push(new Uint8Array(at % 200 === 0 ? largeBytes + 1 : 1));
  collectGarbage();
  const after = process.memoryUsage();
  const grown = after.heapUsed + after.arrayBuffers - before.heapUsed - before.arrayBuffers;
  // A view for each piece would come to 5 MB and more.
  expect(grown - reader.bufferedBytes).toBeLessThan(2_000_000);
  expect(reader.next()).toBeUndefined();
});

test.each([
  ["is copied a few times, not once a piece", 1, 5],
  ["is copied twice at the most where its pieces are not tiny", 512, 2],
])("%s", (_, size, times) => {
  const { set } = Uint8Array.prototype;
  let copied = 0;
  vi.spyOn(Uint8Array.prototype, "set").mockImplementation(function (this: Uint8Array, source, offset) {
    copied += source.length;
    set.call(this, source, offset);
  });
  const whole = PIECES * size;
  const reader = new FrameReader(whole);
  reader.push(frameHeader(whole));
  for (let at = 0; at < PIECES; at++) {
    reader.next();
    reader.push(new Uint8Array(size));
  }
  expect(reader.next()?.payload).toHaveLength(whole);
  expect(copied).toBeLessThanOrEqual(times * whole);
});

test("may be followed by many small ones, in pieces as well", () => {
  const reader = new FrameReader(10_000);
  const messages = [3000, 0, 1, 700, 0, 0, 511, 512, 513, 5000].map((size) =>
    new Uint8Array(size).fill(size & 0xff),
  );
  const wire = concat(...messages.map((message) => frame(message)));
  for (const step of [1, 2, 3, 255, 256, 511, 512, 513]) {
    const read: Uint8Array[] = [];
    for (let at = 0; at < wire.length; at += step) {
      reader.push(wire.slice(at, at + step));
      for (let next = reader.next(); next !== undefined; next = reader.next()) read.push(next.payload);
    }
    expect(read).toEqual(messages);
    for (let at = 0; at < wire.length; at += step) reader.push(wire.slice(at, at + step));
    expect(messages.map(() => reader.next()?.payload)).toEqual(messages);
    expect(reader.isEmpty).toBe(true);
  }
});
