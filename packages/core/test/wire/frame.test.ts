import { describe, expect, test } from "vitest";
import { WireFault } from "../../src/wire/fault.ts";
import {
  encodeFrame,
  FLAG_COMPRESSED,
  FLAG_TRAILERS,
  type Frame,
  FrameReader,
  oversized,
  writeFrameHeader,
} from "../../src/wire/frame.ts";
import { bytes, concat, everyCut, frame, frameHeader, utf8 } from "../support/bytes.ts";
import { forbidEndlessLoops } from "../support/hygiene.ts";

forbidEndlessLoops();

const MAX_BYTES = 300;
const ANY_FLAGS = FLAG_COMPRESSED | FLAG_TRAILERS;

/** [name, frame as bytes, what it holds] */
const VECTORS: [string, Uint8Array, Frame][] = [
  ["no bytes", bytes(0, 0, 0, 0, 0), { flags: 0, payload: bytes() }],
  ["one byte", bytes(0, 0, 0, 0, 1, 0x61), { flags: 0, payload: bytes(0x61) }],
  [
    "255 bytes",
    concat(bytes(0, 0, 0, 0, 255), new Uint8Array(255)),
    { flags: 0, payload: new Uint8Array(255) },
  ],
  [
    "256 bytes",
    concat(bytes(0, 0, 0, 1, 0), new Uint8Array(256)),
    { flags: 0, payload: new Uint8Array(256) },
  ],
  [
    "the limit",
    concat(bytes(0, 0, 0, 1, 44), new Uint8Array(300)),
    { flags: 0, payload: new Uint8Array(300) },
  ],
  ["compressed", bytes(1, 0, 0, 0, 2, 8, 9), { flags: FLAG_COMPRESSED, payload: bytes(8, 9) }],
  ["trailers", bytes(0x80, 0, 0, 0, 1, 7), { flags: FLAG_TRAILERS, payload: bytes(7) }],
];

/** Pushes chunk after chunk and takes out what is ready each time. */
function read(chunks: Uint8Array[], reader: FrameReader = new FrameReader(MAX_BYTES, ANY_FLAGS)): Frame[] {
  const frames: Frame[] = [];
  for (const chunk of chunks) {
    reader.push(chunk);
    for (let next = reader.next(); next !== undefined; next = reader.next()) frames.push(next);
  }
  return frames;
}

function faultOf(action: () => unknown): WireFault {
  try {
    action();
  } catch (error) {
    if (error instanceof WireFault) return error;
    throw error;
  }
  throw new Error("expected a WireFault");
}

describe.each(VECTORS)("a frame of %s", (_, encoded, decoded) => {
  test("is written byte for byte", () => {
    expect(encodeFrame(decoded.payload, decoded.flags)).toEqual(encoded);
  });

  test("is read however it is cut", () => {
    for (const chunks of everyCut(encoded)) {
      const reader = new FrameReader(MAX_BYTES, ANY_FLAGS);
      expect(read(chunks, reader)).toEqual([decoded]);
      expect(reader.isEmpty).toBe(true);
      expect(() => reader.end()).not.toThrow();
    }
  });

  test("is read with the beginning of another one behind it", () => {
    for (const chunks of everyCut(concat(encoded, bytes(0, 0)))) {
      const reader = new FrameReader(MAX_BYTES, ANY_FLAGS);
      expect(read(chunks, reader)).toEqual([decoded]);
      expect(reader.bufferedBytes).toBe(2);
      expect(faultOf(() => reader.end())).toMatchObject({
        kind: "truncated",
        message: "the body ends inside a message header: 2 of 5 bytes arrived",
      });
    }
  });

  test("is followed by a frame that comes in chunks of its own", () => {
    for (const chunks of everyCut(encoded)) {
      const next = frame(utf8("next"));
      expect(read([...chunks, next])).toEqual([decoded, { flags: 0, payload: utf8("next") }]);
      expect(read([...chunks, ...Array.from(next, (byte) => bytes(byte))])).toHaveLength(2);
    }
  });
});

test("several frames in a chunk come out one after the other", () => {
  const whole = concat(...VECTORS.map(([, encoded]) => encoded));
  for (const chunks of everyCut(whole)) expect(read(chunks)).toEqual(VECTORS.map(([, , decoded]) => decoded));
});

test("frames go on after thousands of tiny chunks", () => {
  const messages = Array.from({ length: 700 }, (_, at) => utf8(`message ${at}`));
  const chunks = messages.flatMap((message) => Array.from(frame(message), (byte) => bytes(byte)));
  expect(read(chunks).map(({ payload }) => payload)).toEqual(messages);
});

test("chunks that arrive faster than they are taken out are kept", () => {
  const reader = new FrameReader(MAX_BYTES);
  for (let at = 0; at < 2000; at++) reader.push(frame(bytes(at & 0xff)));
  expect(reader.bufferedBytes).toBe(2000 * 6);
  expect(read([bytes()], reader).map(({ payload }) => payload[0])).toEqual(
    Array.from({ length: 2000 }, (_, at) => at & 0xff),
  );
  expect(reader.bufferedBytes).toBe(0);
});

test("empty chunks change nothing", () => {
  const reader = new FrameReader(MAX_BYTES);
  expect(read([bytes(), bytes(0, 0), bytes(), bytes(0, 0, 1), bytes(), bytes(5), bytes()], reader)).toEqual([
    { flags: 0, payload: bytes(5) },
  ]);
});

test("a message over the limit is refused when its header is there, not before and not later", () => {
  for (const chunks of everyCut(frameHeader(MAX_BYTES + 1))) {
    const fault = faultOf(() => read(chunks));
    expect(fault).toMatchObject({
      kind: "oversized",
      message: "a message of 301 bytes is larger than the limit of 300 bytes",
    });
  }
  expect(read([frameHeader(MAX_BYTES + 1).slice(0, 4)])).toEqual([]);
});

test("a limit of 0 lets empty messages through and nothing else", () => {
  expect(read([frame(bytes())], new FrameReader(0))).toHaveLength(1);
  expect(faultOf(() => read([frame(bytes(1))], new FrameReader(0))).kind).toBe("oversized");
});

test("every flag but the allowed ones is refused", () => {
  for (let flags = 0; flags < 256; flags++) {
    const message = frame(bytes(1), flags);
    const accept = (allowed: number): number => read([message], new FrameReader(MAX_BYTES, allowed)).length;
    if ((flags & ~ANY_FLAGS) === 0) expect(accept(ANY_FLAGS)).toBe(1);
    else {
      expect(faultOf(() => accept(ANY_FLAGS))).toMatchObject({
        kind: "malformed",
        message: `unknown message flags 0x${flags.toString(16).padStart(2, "0")}`,
      });
    }
    if (flags > 1) expect(faultOf(() => read([message], new FrameReader(MAX_BYTES))).kind).toBe("malformed");
  }
});

test("an end inside a header or a message says how much was there", () => {
  const whole = frame(utf8("abc"));
  for (let length = 0; length < whole.length; length++) {
    for (const chunks of everyCut(whole.slice(0, length))) {
      const reader = new FrameReader(MAX_BYTES);
      expect(read(chunks, reader)).toEqual([]);
      expect(reader.isEmpty).toBe(length === 0);
      if (length === 0) expect(() => reader.end()).not.toThrow();
      else {
        const [what, arrived, of] = length < 5 ? ["message header", length, 5] : ["message", length - 5, 3];
        expect(faultOf(() => reader.end())).toMatchObject({
          kind: "truncated",
          message: `the body ends inside a ${what}: ${arrived} of ${of} bytes arrived`,
        });
      }
    }
  }
});

test("an announced length of 4 GiB - 1 takes no memory", () => {
  const reader = new FrameReader(Number.POSITIVE_INFINITY);
  const before = process.memoryUsage();
  expect(read([frameHeader(0xffffffff), new Uint8Array(1000)], reader)).toEqual([]);
  const after = process.memoryUsage();
  expect(after.arrayBuffers - before.arrayBuffers).toBeLessThan(1024 * 1024);
  expect(reader.bufferedBytes).toBe(1000);
  expect(faultOf(() => reader.end()).message).toBe(
    "the body ends inside a message: 1000 of 4294967295 bytes arrived",
  );
});

test("taken frames are let go of", () => {
  const reader = new FrameReader(MAX_BYTES);
  for (let at = 0; at < 100; at++) {
    expect(read([frame(new Uint8Array(200))], reader)).toHaveLength(1);
    expect(reader.bufferedBytes).toBe(0);
  }
});

test("a header can be written in the middle of a buffer, for any length", () => {
  const target = new Uint8Array(9).fill(0xaa);
  writeFrameHeader(target, 2, 1, 0xfedcba98);
  expect(target).toEqual(bytes(0xaa, 0xaa, 1, 0xfe, 0xdc, 0xba, 0x98, 0xaa, 0xaa));
});

test("the fault of a message that is too large tells of decompressed ones without a size", () => {
  expect(oversized(undefined, 10).message).toBe(
    "a decompressed message is larger than the limit of 10 bytes",
  );
});

describe("the frame that ends a response", () => {
  const END = 0x80;
  const reader = (maxBytes: number) => new FrameReader(maxBytes, FLAG_COMPRESSED | END, END);

  test.each([0, 10, 64 * 1024])("may have 64 KiB where messages may have %d bytes", (maxBytes) => {
    const frames = reader(maxBytes);
    frames.push(frame(new Uint8Array(64 * 1024), END));
    expect(frames.next()?.payload.length).toBe(64 * 1024);
    frames.push(frameHeader(64 * 1024 + 1, END));
    expect(() => frames.next()).toThrow("limit of 65536 bytes");
  });

  test("may be as long as a message", () => {
    const frames = reader(100_000);
    frames.push(frameHeader(100_001, END));
    expect(() => frames.next()).toThrow("limit of 100000 bytes");
  });

  test("gives messages no more room", () => {
    const frames = reader(10);
    frames.push(frameHeader(11));
    expect(() => frames.next()).toThrow("limit of 10 bytes");
  });
});
