import { expect, test } from "vitest";
import { ErrorCode } from "../../src/http2/protocol.ts";
import { readSettings } from "../../src/http2/settings.ts";
import { faultCode } from "./support/fault-code.ts";

const HEADER_TABLE_SIZE = 1;
const ENABLE_PUSH = 2;
const INITIAL_WINDOW_SIZE = 4;
const MAX_FRAME_SIZE = 5;
const MOST = 2 ** 32 - 1;

function payloadOf(...settings: (readonly [id: number, value: number])[]): Buffer {
  const payload = Buffer.alloc(settings.length * 6);
  for (const [at, [id, value]] of settings.entries()) {
    payload.writeUInt16BE(id, at * 6);
    payload.writeUInt32BE(value, at * 6 + 2);
  }
  return payload;
}

test("of windows the last counts, of tables each in its turn", () => {
  const settings = readSettings(payloadOf([1, 0], [4, 200], [0xffff, 3], [1, 300], [4, 100]));
  expect(settings).toEqual({ windowBytes: 100, tableBytes: [0, 300] });
});

test("there may be none", () => {
  expect(readSettings(Buffer.alloc(0))).toEqual({ windowBytes: undefined, tableBytes: [] });
});

test.each([
  ["a table of nothing", HEADER_TABLE_SIZE, 0, { tableBytes: [0] }],
  ["a table of any size", HEADER_TABLE_SIZE, MOST, { tableBytes: [MOST] }],
  ["no push", ENABLE_PUSH, 0, {}],
  ["push", ENABLE_PUSH, 1, {}],
  ["no streams", 3, 0, {}],
  ["streams without end", 3, MOST, {}],
  ["a window of nothing", INITIAL_WINDOW_SIZE, 0, { windowBytes: 0 }],
  ["the largest window", INITIAL_WINDOW_SIZE, 2 ** 31 - 1, { windowBytes: 2 ** 31 - 1 }],
  ["the least frames", MAX_FRAME_SIZE, 16_384, {}],
  ["the largest frames", MAX_FRAME_SIZE, 2 ** 24 - 1, {}],
  ["lists of nothing", 6, 0, {}],
  ["a setting of an extension", 99, MOST, {}],
])("%s can be set", (_, id, value, expected) => {
  expect(readSettings(payloadOf([id, value]))).toEqual({
    windowBytes: undefined,
    tableBytes: [],
    ...expected,
  });
});

test.each([
  ["push of another kind", ENABLE_PUSH, 2, ErrorCode.PROTOCOL_ERROR],
  ["a window that is too large", INITIAL_WINDOW_SIZE, 2 ** 31, ErrorCode.FLOW_CONTROL_ERROR],
  ["the largest number for a window", INITIAL_WINDOW_SIZE, MOST, ErrorCode.FLOW_CONTROL_ERROR],
  ["frames that are too small", MAX_FRAME_SIZE, 16_383, ErrorCode.PROTOCOL_ERROR],
  ["frames of nothing", MAX_FRAME_SIZE, 0, ErrorCode.PROTOCOL_ERROR],
  ["frames that are too large", MAX_FRAME_SIZE, 2 ** 24, ErrorCode.PROTOCOL_ERROR],
])("%s cannot, even if it is set again", (_, id, value, code) => {
  expect(faultCode(() => readSettings(payloadOf([id, value])))).toBe(code);
  expect(faultCode(() => readSettings(payloadOf([id, value], [id, 16_384])))).toBe(code);
});
