import { once } from "node:events";
import type { Socket } from "node:net";
import { setImmediate } from "node:timers/promises";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Output } from "../../src/http2/output.ts";
import { expectNoFaults } from "../support/faults.ts";
import { received, socketPair } from "./support/sockets.ts";

expectNoFaults();

const SLAB = 32 * 1024;
const LARGE = 16 * 1024;
const OVERFULL = 256 * 1024;

/** An output on a connection, and how often it has said that it was written. */
async function connected() {
  const { near, far } = await socketPair();
  const written = { times: 0 };
  const output = new Output(near, () => void written.times++);
  return { near, far, output, written };
}

function write(output: Output, bytes: Uint8Array): void {
  const at = output.reserve(bytes.length);
  output.buffer.set(bytes, at);
}

/** All that comes until the other end closes. */
async function all(socket: Socket): Promise<Buffer> {
  const chunks: Buffer[] = [];
  socket.on("data", (chunk: Buffer) => void chunks.push(chunk));
  await once(socket, "end");
  return Buffer.concat(chunks);
}

describe("what was gathered", () => {
  test("is written at the end of the turn, in one go", async () => {
    const { near, far, output, written } = await connected();
    write(output, Buffer.from("ab"));
    output.add(Buffer.from("cd"));
    await Promise.resolve();
    write(output, Buffer.from("ef"));
    expect(near.bytesWritten).toBe(0);
    expect(written.times).toBe(0);
    const chunk = once(far, "data");
    await setImmediate();
    expect(near.bytesWritten).toBe(6);
    expect(written.times).toBe(1);
    expect(String(await chunk)).toBe("abcdef");
  });

  test("is written in each turn that has some", async () => {
    const { near, output, written } = await connected();
    for (const bytes of [1, 2, 3]) {
      output.add(Buffer.alloc(bytes));
      await setImmediate();
    }
    expect(near.bytesWritten).toBe(6);
    expect(written.times).toBe(3);
  });

  test("goes out at once if it is told to", async () => {
    const { near, output, written } = await connected();
    output.add(Buffer.from("abc"));
    output.flush();
    expect(near.bytesWritten).toBe(3);
    expect(written.times).toBe(1);
    output.flush();
    await setImmediate();
    expect(near.bytesWritten).toBe(3);
    expect(written.times).toBe(1);
  });

  test("stays in its order, whether it is copied or not", async () => {
    const { far, output } = await connected();
    const large = Buffer.alloc(LARGE, "L");
    write(output, Buffer.from("a"));
    output.add(large);
    write(output, Buffer.from("b"));
    output.add(Buffer.alloc(LARGE - 1, "S"));
    output.add(large);
    output.add(large);
    write(output, Buffer.from("c"));
    const bytes = await received(far, 4 * LARGE + 2);
    const [L, S] = ["L".repeat(LARGE), "S".repeat(LARGE - 1)];
    expect(String(bytes)).toBe(`a${L}b${S}${L}${L}c`);
  });
});

test("small bytes are copied at once", async () => {
  const { far, output } = await connected();
  const bytes = Buffer.alloc(1000, "a");
  output.add(bytes);
  bytes.fill("b");
  expect(String(await received(far, bytes.length))).toBe("a".repeat(bytes.length));
});

test("any kind of view is written as it is", async () => {
  const { far, output } = await connected();
  const memory = new Uint8Array(3 * LARGE).fill(1).fill(2, LARGE, 2 * LARGE);
  output.add(memory.subarray(LARGE, 2 * LARGE));
  output.add(memory.subarray(LARGE - 1, LARGE + 1));
  const bytes = await received(far, LARGE + 2);
  expect(bytes.equals(Buffer.from([...Array(LARGE).fill(2), 1, 2]))).toBe(true);
});

describe("memory", () => {
  test("that was not needed is given back", async () => {
    const { far, near, output } = await connected();
    const at = output.reserve(10);
    output.buffer.write("abc", at);
    output.unreserve(7);
    expect(output.reserve(3)).toBe(at + 3);
    output.buffer.write("def", at + 3);
    expect(String(await received(far, 6))).toBe("abcdef");
    expect(near.bytesWritten).toBe(6);
  });

  test("that was not needed at all leaves nothing to write", async () => {
    const { near, output, written } = await connected();
    output.reserve(10);
    output.unreserve(10);
    await setImmediate();
    expect(near.bytesWritten).toBe(0);
    expect(written.times).toBe(0);
  });

  test("there is as much as is asked for", async () => {
    const { far, output } = await connected();
    write(output, Buffer.from("a"));
    write(output, Buffer.alloc(2 * SLAB, "b"));
    write(output, Buffer.from("c"));
    expect(String(await received(far, 2 * SLAB + 2))).toBe(`a${"b".repeat(2 * SLAB)}c`);
  });

  test("is shared, and nobody writes over what another has to send", async () => {
    const pairs = [await connected(), await connected()];
    for (let round = 0; round < 3; round++) {
      for (const [at, { output }] of pairs.entries()) {
        write(output, Buffer.alloc(SLAB / 2 + 100, `${at}${round}`));
        if (round === 1) output.add(Buffer.alloc(LARGE, "L"));
      }
    }
    for (const [at, { far }] of pairs.entries()) {
      const expected = [0, 1, 2].map(
        (round) => `${at}${round}`.repeat(SLAB / 4 + 50) + (round === 1 ? "L".repeat(LARGE) : ""),
      );
      expect(String(await received(far, expected.join("").length))).toBe(expected.join(""));
    }
  });
});

describe("it is full", () => {
  test("from the mark of the socket on, until the turn is over", async () => {
    const { near, far, output } = await connected();
    far.resume();
    const mark = near.writableHighWaterMark;
    output.add(Buffer.alloc(mark - 1));
    expect(output.isFull).toBe(false);
    write(output, Buffer.alloc(1));
    expect(output.isFull).toBe(true);
    expect(output.isOverfull).toBe(false);
    await setImmediate();
    while (near.writableLength > 0) await setImmediate();
    expect(output.isFull).toBe(false);
  });

  test("and gives back what was not needed", async () => {
    const { near, output } = await connected();
    output.reserve(near.writableHighWaterMark);
    expect(output.isFull).toBe(true);
    output.unreserve(1);
    expect(output.isFull).toBe(false);
  });

  test("while its client reads nothing, and says when that is over", async () => {
    const { near, far, output, written } = await connected();
    far.pause();
    let sent = 0;
    while (near.writableLength === 0 || !output.isOverfull) {
      output.add(Buffer.alloc(OVERFULL / 4));
      sent += OVERFULL / 4;
      output.flush();
    }
    expect(output.isFull).toBe(true);
    const { times } = written;
    const drained = once(near, "drain");
    const bytes = received(far, sent);
    far.resume();
    await Promise.all([drained, bytes]);
    expect(written.times).toBe(times + 1);
    expect([output.isFull, output.isOverfull]).toEqual([false, false]);
  });

  test.each([
    [OVERFULL - 1, false],
    [OVERFULL, true],
  ])("overfull with %i bytes: %s", async (bytes, expected) => {
    const { output } = await connected();
    output.add(Buffer.alloc(bytes - 10));
    write(output, Buffer.alloc(10));
    expect(output.isOverfull).toBe(expected);
  });
});

describe("the end", () => {
  test("comes behind what there is", async () => {
    const { far, output } = await connected();
    output.add(Buffer.from("abc"));
    output.end();
    expect(String(await all(far))).toBe("abc");
  });

  test("is one: what comes behind is thrown away", async () => {
    const { near, far, output, written } = await connected();
    output.end();
    write(output, Buffer.from("abc"));
    output.add(Buffer.alloc(LARGE));
    output.flush();
    output.add(Buffer.alloc(OVERFULL));
    await setImmediate();
    expect(output.isFull).toBe(false);
    expect(await all(far)).toHaveLength(0);
    expect(near.bytesWritten).toBe(0);
    expect(written.times).toBe(0);
  });

  test("may be that of the socket", async () => {
    const { near, output } = await connected();
    near.destroy();
    output.add(Buffer.from("abc"));
    await setImmediate();
    output.end();
    await setImmediate();
  });
});

test("any use of several outputs sends to each what was meant for it", async () => {
  const size = fc.oneof(fc.nat(50), fc.integer({ min: 2040, max: 10_000 }), fc.constant(20_000));
  const step = fc.record({
    by: fc.nat(2),
    bytes: size,
    spare: fc.nat(3000),
    how: fc.constantFrom("add", "reserve", "reserve", "flush", "turn"),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 60, size: "max" }), async (steps) => {
      const ends = await Promise.all([connected(), connected(), connected()]);
      const arriving = ends.map(({ far }) => all(far));
      const expected: Buffer[][] = [[], [], []];
      for (const [at, { by, bytes, spare, how }] of steps.entries()) {
        const output = ends[by]?.output as Output;
        const content = Buffer.alloc(bytes, at + 1);
        if (how === "flush") output.flush();
        else if (how === "turn") await setImmediate();
        else {
          expected[by]?.push(content);
          if (how === "add") output.add(content);
          else {
            const from = output.reserve(bytes + spare);
            output.buffer.set(content, from);
            output.unreserve(spare);
          }
        }
      }
      for (const { output } of ends) output.end();
      for (const [at, bytes] of (await Promise.all(arriving)).entries()) {
        expect(bytes.equals(Buffer.concat(expected[at] ?? []))).toBe(true);
      }
      for (const { near, far } of ends) {
        near.destroy();
        far.destroy();
      }
    }),
    { numRuns: 50 },
  );
});
