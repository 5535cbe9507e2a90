import fc from "fast-check";
import { expect, test } from "vitest";
import type { Output } from "../../src/http2/output.ts";
import { SendQueue } from "../../src/http2/send-queue.ts";

/** An output that keeps what it is given. */
function collecting() {
  const pieces: Uint8Array[] = [];
  const output = { add: (bytes: Uint8Array) => void pieces.push(bytes) } as Output;
  return { pieces, output, text: () => Buffer.concat(pieces).toString() };
}

const piecesOf = (...texts: string[]): Buffer[] => texts.map((text) => Buffer.from(text));

test("bytes are moved in their order, however many at a time", () => {
  const { output, pieces } = collecting();
  const queue = new SendQueue();
  queue.push(piecesOf("abc", "d", "ef"));
  expect(queue.length).toBe(6);
  for (const bytes of [2, 3, 1]) queue.moveTo(output, bytes);
  expect(pieces.map((piece) => Buffer.from(piece).toString())).toEqual(["ab", "c", "d", "e", "f"]);
  expect(queue.length).toBe(0);
});

test("a whole piece is handed on as it is", () => {
  const { output, pieces } = collecting();
  const queue = new SendQueue();
  const pushed = piecesOf("abc", "def");
  queue.push(pushed);
  queue.moveTo(output, 6);
  expect(pieces[0]).toBe(pushed[0]);
  expect(pieces[1]).toBe(pushed[1]);
});

test("what is pushed comes behind the rest of what there is", () => {
  const { output, text } = collecting();
  const queue = new SendQueue();
  queue.push(piecesOf("ab", "cdef"));
  queue.moveTo(output, 4);
  queue.push(piecesOf("gh"));
  expect(queue.length).toBe(4);
  queue.moveTo(output, 4);
  queue.push(piecesOf("i"));
  queue.moveTo(output, 1);
  expect(text()).toBe("abcdefghi");
});

test("the pieces that were pushed are not changed", () => {
  const queue = new SendQueue();
  const pushed = Object.freeze(piecesOf("ab", "cd"));
  queue.push(pushed);
  queue.moveTo(collecting().output, 3);
  queue.push(piecesOf("ef"));
  queue.moveTo(collecting().output, 3);
  expect(pushed.map(String)).toEqual(["ab", "cd"]);
});

test("a queue that was cleared begins anew", () => {
  const { output, text } = collecting();
  const queue = new SendQueue();
  queue.push(piecesOf("abc", "def"));
  queue.moveTo(output, 4);
  queue.clear();
  expect(queue.length).toBe(0);
  queue.push(piecesOf("xyz"));
  queue.moveTo(output, 3);
  expect(text()).toBe("abcdxyz");
});

test("moving nothing changes nothing", () => {
  const { output, pieces } = collecting();
  const queue = new SendQueue();
  queue.moveTo(output, 0);
  queue.push(piecesOf("ab"));
  queue.moveTo(output, 0);
  expect(pieces).toEqual([]);
  expect(queue.length).toBe(2);
});

test("any pieces, pushed and moved in any order, come out as they went in", () => {
  const pushed = fc.array(fc.uint8Array({ maxLength: 9 }), { minLength: 1, maxLength: 4 });
  fc.assert(
    fc.property(fc.array(fc.oneof(pushed, fc.nat(12)), { maxLength: 60, size: "max" }), (steps) => {
      const { output, pieces } = collecting();
      const queue = new SendQueue();
      const all: Uint8Array[] = [];
      for (const step of steps) {
        if (typeof step === "number") queue.moveTo(output, Math.min(step, queue.length));
        else {
          queue.push(step);
          all.push(...step);
        }
        const moved = pieces.reduce((sum, { length }) => sum + length, 0);
        expect(queue.length).toBe(all.reduce((sum, { length }) => sum + length, 0) - moved);
      }
      queue.moveTo(output, queue.length);
      expect(Buffer.concat(pieces)).toEqual(Buffer.concat(all));
    }),
    { numRuns: 300 },
  );
});
