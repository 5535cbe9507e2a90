import fc from "fast-check";
import { expect, test } from "vitest";
import { FrameReader } from "../../src/http2/frame-reader.ts";
import { h2Frame } from "../support/raw-h2.ts";
import { cut, lengths } from "./support/bytes.ts";

type Event = readonly [what: string, ...details: (number | string)[]];

/** A reader, and what it has told. */
function reading() {
  const events: Event[] = [];
  const reader = new FrameReader({
    frameBegins: (...head) => void events.push(["begins", ...head]),
    dataComes: (bytes) => void events.push(["data", bytes.toString("hex")]),
    dataEnds: () => void events.push(["data ends"]),
    frame: (type, flags, stream, payload) =>
      void events.push(["frame", type, flags, stream, payload.toString("hex")]),
  });
  return { reader, events };
}

/** Pieces of DATA as one: how they are cut is not the reader's business. */
function joined(events: readonly Event[]): readonly Event[] {
  const all: Event[] = [];
  for (const event of events) {
    const last = all.at(-1);
    if (event[0] === "data" && last?.[0] === "data") all[all.length - 1] = ["data", `${last[1]}${event[1]}`];
    else all.push(event);
  }
  return all;
}

test("a frame is told of when its head has come, and again when it is complete", () => {
  const { reader, events } = reading();
  const frame = h2Frame(1, 5, 3, Buffer.from("abc"));
  reader.push(frame.subarray(0, 8));
  expect(events).toEqual([]);
  reader.push(frame.subarray(8, 9));
  expect(events).toEqual([["begins", 1, 5, 3, 3]]);
  reader.push(frame.subarray(9, 11));
  expect(events).toHaveLength(1);
  reader.push(frame.subarray(11));
  expect(events.slice(1)).toEqual([["frame", 1, 5, 3, "616263"]]);
});

test("DATA is handed on as it comes", () => {
  const { reader, events } = reading();
  const frame = h2Frame(0, 1, 3, Buffer.from("abc"));
  reader.push(frame.subarray(0, 10));
  expect(events).toEqual([
    ["begins", 0, 1, 3, 3],
    ["data", "61"],
  ]);
  reader.push(frame.subarray(10, 11));
  reader.push(frame.subarray(11));
  expect(events.slice(2)).toEqual([["data", "62"], ["data", "63"], ["data ends"]]);
});

test("DATA is not copied", () => {
  const pieces: Buffer[] = [];
  const reader = new FrameReader({
    frameBegins: () => {},
    dataComes: (bytes) => void pieces.push(bytes),
    dataEnds: () => {},
    frame: () => {},
  });
  const frame = h2Frame(0, 1, 3, Buffer.from("abc"));
  reader.push(frame);
  expect(pieces[0]?.buffer).toBe(frame.buffer);
});

test.each([
  ["DATA", 0, [["data ends"]]],
  ["SETTINGS", 4, [["frame", 4, 1, 0, ""]]],
])("an empty frame of %s is complete with its head", (_, type, told) => {
  for (const places of [[9], [8, 1], [3, 6], [4, 4, 1]]) {
    const { reader, events } = reading();
    for (const piece of cut(h2Frame(type, 1, 0), places)) reader.push(piece);
    expect(events).toEqual([["begins", type, 1, 0, 0], ...told]);
  }
});

test("the highest bit of a stream is none of it", () => {
  const { reader, events } = reading();
  reader.push(h2Frame(8, 0, 0xffff_ffff, Buffer.alloc(4)));
  reader.push(h2Frame(8, 0, 0x8000_0000, Buffer.alloc(4)));
  expect(events.map(([what, , , stream]) => [what, stream])).toEqual([
    ["begins", 2 ** 31 - 1],
    ["frame", 2 ** 31 - 1],
    ["begins", 0],
    ["frame", 0],
  ]);
});

test("a length has three bytes", () => {
  const { reader, events } = reading();
  reader.push(Buffer.from([0x12, 0x34, 0x56, 99, 0, 0, 0, 0, 1]));
  expect(events).toEqual([["begins", 99, 0, 1, 0x123456]]);
});

test("an empty chunk changes nothing", () => {
  const { reader, events } = reading();
  const frame = h2Frame(6, 0, 0, Buffer.alloc(8, 7));
  for (const piece of cut(frame, [5])) {
    reader.push(Buffer.alloc(0));
    reader.push(piece);
  }
  reader.push(Buffer.alloc(0));
  expect(events).toEqual([
    ["begins", 6, 0, 0, 8],
    ["frame", 6, 0, 0, "0707070707070707"],
  ]);
});

test("a frame that came in parts is its own copy", () => {
  const { reader, events } = reading();
  const [first = Buffer.alloc(0), second = Buffer.alloc(0)] = cut(h2Frame(6, 0, 0, Buffer.alloc(8, 7)), [12]);
  reader.push(first);
  first.fill(0);
  reader.push(second);
  expect(events.at(-1)).toEqual(["frame", 6, 0, 0, "0707070707070707"]);
});

test("a frame must not come: nothing behind it is read", () => {
  const events: string[] = [];
  const reader = new FrameReader({
    frameBegins: () => {
      throw new Error("no");
    },
    dataComes: () => void events.push("data"),
    dataEnds: () => void events.push("data ends"),
    frame: () => void events.push("frame"),
  });
  expect(() => reader.push(h2Frame(0, 0, 1, Buffer.from("abc")))).toThrow("no");
  expect(events).toEqual([]);
});

test("any cutting of any frames tells the same", () => {
  const frame = fc
    .record({
      type: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 12 })),
      flags: fc.nat(255),
      stream: fc.nat(2 ** 31 - 1),
      payload: fc.oneof(fc.constant(new Uint8Array()), fc.uint8Array({ maxLength: 60, size: "max" })),
    })
    .map(({ type, flags, stream, payload }) => ({ type, flags, stream, payload: Buffer.from(payload) }));
  fc.assert(
    fc.property(fc.array(frame, { maxLength: 12 }), lengths, (frames, places) => {
      const expected = frames.flatMap(({ type, flags, stream, payload }): Event[] => {
        const begins: Event = ["begins", type, flags, stream, payload.length];
        const digits = payload.toString("hex");
        if (type !== 0) return [begins, ["frame", type, flags, stream, digits]];
        return payload.length === 0 ? [begins, ["data ends"]] : [begins, ["data", digits], ["data ends"]];
      });
      const whole = Buffer.concat(
        frames.map(({ type, flags, stream, payload }) => h2Frame(type, flags, stream, payload)),
      );
      for (const pieces of [[whole], cut(whole, places), cut(whole, [1])]) {
        const { reader, events } = reading();
        for (const piece of pieces) reader.push(piece);
        expect(joined(events)).toEqual(expected);
      }
    }),
    { numRuns: 300 },
  );
});
