import { once } from "node:events";
import { describe, expect, test } from "vitest";
import { FrameWriter } from "../../src/http2/frame-writer.ts";
import { HpackDecoder } from "../../src/http2/hpack/decoder.ts";
import { ErrorCode } from "../../src/http2/protocol.ts";
import { expectNoFaults } from "../support/faults.ts";
import {
  ACK,
  CONTINUATION,
  DATA,
  END_HEADERS,
  END_STREAM,
  GOAWAY,
  type H2Frame,
  HEADERS,
  PING,
  RST_STREAM,
  SETTINGS,
  uint32,
  WINDOW_UPDATE,
} from "../support/raw-h2.ts";
import { socketPair } from "./support/sockets.ts";

expectNoFaults();

const LARGEST = 16_384;
const DATE = /^\w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d GMT$/;

/** The frames that are written. */
async function written(write: (writer: FrameWriter) => void): Promise<readonly H2Frame[]> {
  const { near, far } = await socketPair();
  const writer = new FrameWriter(near, () => {});
  const chunks: Buffer[] = [];
  far.on("data", (chunk: Buffer) => void chunks.push(chunk));
  write(writer);
  writer.output.end();
  await once(far, "end");
  const bytes = Buffer.concat(chunks);
  const frames: H2Frame[] = [];
  for (let at = 0; at < bytes.length; ) {
    const end = at + 9 + bytes.readUIntBE(at, 3);
    const [type = 0, flags = 0] = bytes.subarray(at + 3);
    frames.push({ type, flags, stream: bytes.readUInt32BE(at + 5), payload: bytes.subarray(at + 9, end) });
    at = end;
  }
  return frames;
}

/** The fields of all header blocks, one list behind the other. */
function fieldsOf(frames: readonly H2Frame[]): string[][] {
  const decoder = new HpackDecoder(2 ** 20);
  const lists: string[][] = [];
  let block = Buffer.alloc(0);
  for (const { type, flags, payload } of frames) {
    if (type !== HEADERS && type !== CONTINUATION) continue;
    block = Buffer.concat([block, payload]);
    if ((flags & END_HEADERS) === 0) continue;
    lists.push([...decoder.decode(block).fields]);
    block = Buffer.alloc(0);
  }
  return lists;
}

const HIGHEST = 2 ** 31 - 1;

test.each<[what: string, write: (writer: FrameWriter) => void, frame: H2Frame]>([
  [
    "settings",
    (writer) =>
      writer.settings([
        [4, 2 ** 32 - 1],
        [0xffff, 1],
      ]),
    { type: SETTINGS, flags: 0, stream: 0, payload: Buffer.from("0004ffffffffffff00000001", "hex") },
  ],
  [
    "no settings",
    (writer) => writer.settings([]),
    { type: SETTINGS, flags: 0, stream: 0, payload: Buffer.alloc(0) },
  ],
  [
    "an acknowledgement of settings",
    (writer) => writer.acknowledgeSettings(),
    { type: SETTINGS, flags: ACK, stream: 0, payload: Buffer.alloc(0) },
  ],
  [
    "a ping",
    (writer) => writer.ping(Buffer.from("12345678"), false),
    { type: PING, flags: 0, stream: 0, payload: Buffer.from("12345678") },
  ],
  [
    "an answer to a ping",
    (writer) => writer.ping(Buffer.from("12345678"), true),
    { type: PING, flags: ACK, stream: 0, payload: Buffer.from("12345678") },
  ],
  [
    "a reset",
    (writer) => writer.reset(HIGHEST, ErrorCode.ENHANCE_YOUR_CALM),
    { type: RST_STREAM, flags: 0, stream: HIGHEST, payload: uint32(11) },
  ],
  [
    "a window that opens",
    (writer) => writer.windowUpdate(0x010203, HIGHEST),
    { type: WINDOW_UPDATE, flags: 0, stream: 0x010203, payload: uint32(HIGHEST) },
  ],
  [
    "a goodbye",
    (writer) => writer.goaway(HIGHEST, ErrorCode.PROTOCOL_ERROR, "why ü"),
    {
      type: GOAWAY,
      flags: 0,
      stream: 0,
      payload: Buffer.concat([uint32(HIGHEST), uint32(1), Buffer.from("why ü")]),
    },
  ],
  [
    "a goodbye without a reason",
    (writer) => writer.goaway(0, ErrorCode.NO_ERROR, ""),
    { type: GOAWAY, flags: 0, stream: 0, payload: Buffer.alloc(8) },
  ],
  [
    "the end of data",
    (writer) => writer.dataHead(5, 0, true),
    { type: DATA, flags: END_STREAM, stream: 5, payload: Buffer.alloc(0) },
  ],
])("%s is one frame", async (_, write, frame) => {
  expect(await written(write)).toEqual([frame]);
});

test.each([1, 255, 256, LARGEST])("the head of %i bytes of data has their length", async (bytes) => {
  const content = Buffer.alloc(bytes, 7);
  const frames = await written((writer) => {
    writer.dataHead(HIGHEST, bytes, false);
    writer.output.add(content);
  });
  expect(frames).toEqual([{ type: DATA, flags: 0, stream: HIGHEST, payload: content }]);
});

describe("header blocks", () => {
  test("the head of a response has status and date around its fields", async () => {
    const frames = await written((writer) => {
      writer.head(3, 200, ["content-type", "application/grpc", "x", "1"], false);
      writer.head(5, 404, [], true);
    });
    expect(frames.map(({ type, flags, stream }) => [type, flags, stream])).toEqual([
      [HEADERS, END_HEADERS, 3],
      [HEADERS, END_HEADERS | END_STREAM, 5],
    ]);
    expect(fieldsOf(frames)).toEqual([
      [":status", "200", "content-type", "application/grpc", "x", "1", "date", expect.stringMatching(DATE)],
      [":status", "404", "date", expect.stringMatching(DATE)],
    ]);
  });

  test("an invitation has nothing but its status", async () => {
    const frames = await written((writer) => writer.invitation(3));
    expect(frames).toMatchObject([{ type: HEADERS, flags: END_HEADERS, stream: 3 }]);
    expect(fieldsOf(frames)).toEqual([[":status", "100"]]);
  });

  test("trailers end their stream, and have no date", async () => {
    const frames = await written((writer) => writer.trailers(3, ["grpc-status", "0"]));
    expect(frames).toMatchObject([{ type: HEADERS, flags: END_HEADERS | END_STREAM, stream: 3 }]);
    expect(fieldsOf(frames)).toEqual([["grpc-status", "0"]]);
  });

  test("the client hears of a table that is smaller", async () => {
    const frames = await written((writer) => {
      writer.resizeTable(0);
      writer.trailers(3, ["grpc-status", "0"]);
    });
    expect(frames[0]?.payload[0]).toBe(0x20);
    expect(fieldsOf(frames)).toEqual([["grpc-status", "0"]]);
  });

  test.each([16_000, 16_300, 16_336, 16_337, 16_340, 16_370, 16_380, 16_390, 33_000, 60_000])(
    "a field of %i bytes is cut into frames that are as large as may be",
    async (bytes) => {
      const fields = ["x", "v".repeat(bytes)];
      const frames = await written((writer) => {
        writer.trailers(7, fields);
        writer.windowUpdate(0, 1);
        writer.trailers(9, ["grpc-status", "0"]);
      });
      expect(fieldsOf(frames)).toEqual([fields, ["grpc-status", "0"]]);
      const block = frames.slice(0, -2);
      for (const [at, { type, flags, stream, payload }] of block.entries()) {
        const isLast = at === block.length - 1;
        expect(type).toBe(at === 0 ? HEADERS : CONTINUATION);
        expect(flags).toBe((at === 0 ? END_STREAM : 0) | (isLast ? END_HEADERS : 0));
        expect(stream).toBe(7);
        if (isLast) expect(payload.length).toBeLessThanOrEqual(LARGEST);
        else expect(payload.length).toBe(LARGEST);
      }
      // The index 0, a name of one byte with its length, a length of three bytes.
      expect(block).toHaveLength(Math.ceil((bytes + 6) / LARGEST));
      expect(frames.at(-2)).toMatchObject({ type: WINDOW_UPDATE, stream: 0 });
    },
  );

  test.each<[what: string, write: (writer: FrameWriter, fields: readonly string[]) => void]>([
    ["head", (writer, fields) => writer.head(1, 200, fields, false)],
    ["trailers", (writer, fields) => writer.trailers(1, fields)],
  ])("%s that are too large are not sent, and harm nothing", async (_, write) => {
    const frames = await written((writer) => {
      expect(() => write(writer, ["vary", "a", "x", "v".repeat(64 * 1024)])).toThrow(RangeError);
      writer.trailers(3, ["vary", "a"]);
    });
    expect(frames).toHaveLength(1);
    expect(fieldsOf(frames)).toEqual([["vary", "a"]]);
  });
});
