import fc from "fast-check";
import { expect, test } from "vitest";
import { HeldBytes } from "../../src/http2/held-bytes.ts";

const BLOCK = 16 * 1024;

function allOf(held: HeldBytes): Buffer[] {
  const blocks: Buffer[] = [];
  for (let block = held.shift(); block !== undefined; block = held.shift()) blocks.push(block);
  return blocks;
}

test("nothing is held in the beginning", () => {
  const held = new HeldBytes();
  expect(held.length).toBe(0);
  expect(held.shift()).toBeUndefined();
});

test("small pieces come out together", () => {
  const held = new HeldBytes();
  for (const piece of ["a", "", "bc", "d"]) held.push(Buffer.from(piece));
  expect(held.length).toBe(4);
  expect(allOf(held).map(String)).toEqual(["abcd"]);
  expect(held.length).toBe(0);
});

test("pieces are copied", () => {
  const held = new HeldBytes();
  const piece = Buffer.from("abc");
  held.push(piece);
  piece.fill(0);
  expect(String(held.shift())).toBe("abc");
});

test("blocks are full, but for the last", () => {
  const held = new HeldBytes();
  held.push(Buffer.alloc(BLOCK - 1));
  held.push(Buffer.alloc(2));
  held.push(Buffer.alloc(2 * BLOCK - 1));
  expect(allOf(held).map(({ length }) => length)).toEqual([BLOCK, BLOCK, BLOCK]);
  held.push(Buffer.alloc(BLOCK + 1));
  expect(held.shift()).toHaveLength(BLOCK);
  expect(held.length).toBe(1);
  expect(held.shift()).toHaveLength(1);
});

test("many small pieces keep no more memory than they have bytes", () => {
  const held = new HeldBytes();
  const whole = Buffer.alloc(64 * 1024);
  for (let at = 0; at < 2 * BLOCK; at++) held.push(whole.subarray(at, at + 1));
  const blocks = allOf(held);
  expect(blocks.map(({ buffer }) => buffer.byteLength)).toEqual([BLOCK, BLOCK]);
});

test("what was taken out is not written over", () => {
  const held = new HeldBytes();
  held.push(Buffer.from("abc"));
  const first = held.shift();
  held.push(Buffer.from("xyz"));
  expect([first, held.shift()].map(String)).toEqual(["abc", "xyz"]);
});

test("any pieces, pushed and taken out in any order, come out as they went in", () => {
  const piece = fc.oneof(fc.nat(10), fc.integer({ min: BLOCK - 2, max: BLOCK + 2 }), fc.constant(40_000));
  const step = fc.oneof(
    { weight: 3, arbitrary: piece },
    { weight: 1, arbitrary: fc.constant("shift" as const) },
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 30, size: "max" }), (steps) => {
      const held = new HeldBytes();
      const [pushed, taken]: [Buffer[], Buffer[]] = [[], []];
      const bytesOf = (pieces: Buffer[]): number => pieces.reduce((sum, { length }) => sum + length, 0);
      for (const [at, next] of steps.entries()) {
        if (next === "shift") taken.push(held.shift() ?? Buffer.alloc(0));
        else {
          const bytes = Buffer.alloc(next, at + 1);
          pushed.push(bytes);
          held.push(bytes);
        }
        expect(held.length).toBe(bytesOf(pushed) - bytesOf(taken));
      }
      taken.push(...allOf(held));
      expect(Buffer.concat(taken).equals(Buffer.concat(pushed))).toBe(true);
    }),
  );
});
