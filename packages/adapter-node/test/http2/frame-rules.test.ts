import { describe, expect, test } from "vitest";
import { checkFrame } from "../../src/http2/frame-rules.ts";
import { ErrorCode } from "../../src/http2/protocol.ts";
import { faultCode } from "./support/fault-code.ts";

const { PROTOCOL_ERROR, FRAME_SIZE_ERROR } = ErrorCode;
const ACK = 0x1;
const PADDED = 0x8;

const LARGEST = 16_384;

describe.each([
  ["DATA", 0, true, 10],
  ["HEADERS", 1, true, 10],
  ["PRIORITY", 2, true, 5],
  ["RST_STREAM", 3, true, 4],
  ["SETTINGS", 4, false, 12],
  ["PING", 6, false, 8],
  ["GOAWAY", 7, false, 8],
  ["CONTINUATION", 9, true, 10],
])("%s", (_, type, isOnStream, length) => {
  test("comes where it belongs", () => {
    expect(faultCode(() => checkFrame(type, 0, isOnStream ? 1 : 0, length))).toBeUndefined();
    expect(faultCode(() => checkFrame(type, 0, isOnStream ? 2 ** 31 - 1 : 0, length))).toBeUndefined();
  });

  test("comes nowhere else", () => {
    expect(faultCode(() => checkFrame(type, 0, isOnStream ? 0 : 1, length))).toBe(PROTOCOL_ERROR);
  });
});

test.each([0, 1, 2 ** 31 - 1])("WINDOW_UPDATE comes on stream %i", (stream) => {
  expect(faultCode(() => checkFrame(8, 0, stream, 4))).toBeUndefined();
});

test.each([
  ["DATA", 0, 0, [0, 1, LARGEST], []],
  ["DATA with padding", 0, PADDED, [1, LARGEST], [0]],
  ["HEADERS", 1, 0, [0, 1, LARGEST], []],
  ["HEADERS with padding", 1, PADDED, [1, LARGEST], [0]],
  ["PRIORITY", 2, 0, [5], [0, 4, 6, 10]],
  ["RST_STREAM", 3, 0, [4], [0, 3, 5, 8]],
  ["SETTINGS", 4, 0, [0, 6, 12, 16_380], [1, 5, 7, 16_384]],
  ["an acknowledgement of SETTINGS", 4, ACK, [0], [1, 6]],
  ["PING", 6, 0, [8], [0, 7, 9, 16]],
  ["an answer to PING", 6, ACK, [8], [0, 7, 9]],
  ["GOAWAY", 7, 0, [8, 9, LARGEST], [0, 7]],
  ["WINDOW_UPDATE", 8, 0, [4], [0, 3, 5]],
  ["CONTINUATION", 9, 0, [0, 1, LARGEST], []],
  ["an extension's frame", 10, 0xff, [0, 1, LARGEST], []],
])("%s has a length of its own", (_, type, flags, right, wrong) => {
  const stream = type === 4 || type === 6 || type === 7 ? 0 : 1;
  for (const length of right)
    expect(faultCode(() => checkFrame(type, flags, stream, length))).toBeUndefined();
  for (const length of wrong)
    expect(faultCode(() => checkFrame(type, flags, stream, length))).toBe(FRAME_SIZE_ERROR);
});

test.each([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 255])("a frame of type %i is not too long", (type) => {
  expect(faultCode(() => checkFrame(type, 0, 1, LARGEST + 1))).toBe(FRAME_SIZE_ERROR);
  expect(faultCode(() => checkFrame(type, 0, 0, 2 ** 24 - 1))).toBe(FRAME_SIZE_ERROR);
});

test.each([0, 1])("a client does not push, on stream %i", (stream) => {
  expect(faultCode(() => checkFrame(5, 0, stream, 4))).toBe(PROTOCOL_ERROR);
});

test.each([10, 16, 255])("an extension's frame may come on any stream: type %i", (type) => {
  for (const stream of [0, 1]) expect(faultCode(() => checkFrame(type, 0, stream, 3))).toBeUndefined();
});
