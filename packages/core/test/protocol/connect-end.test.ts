import { describe, expect, test } from "vitest";
import { GrpcError } from "../../src/error.ts";
import { Metadata } from "../../src/metadata.ts";
import { decodeConnectEnd, encodeConnectEnd } from "../../src/protocol/connect-end.ts";
import { WireFault } from "../../src/wire/fault.ts";

const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);

/** Each one is both what is written and what is read. */
describe.each([
  ["success", undefined, {}, "{}"],
  [
    "success with trailers",
    undefined,
    { "x-a": ["1", "2"], "x-b": "" },
    '{"metadata":{"x-a":["1","2"],"x-b":[""]}}',
  ],
  [
    "bytes, in base64 without padding",
    undefined,
    { "x-bin": [new Uint8Array([1]), new Uint8Array([251, 255])] },
    '{"metadata":{"x-bin":["AQ","+/8"]}}',
  ],
  ["keys that objects have by nature", undefined, { constructor: "1" }, '{"metadata":{"constructor":["1"]}}'],
  [
    "an error",
    new GrpcError(14, "overloaded"),
    {},
    '{"error":{"code":"unavailable","message":"overloaded"}}',
  ],
  [
    "an error with trailers",
    new GrpcError(5, ""),
    { "x-cost": "237" },
    '{"error":{"code":"not_found"},"metadata":{"x-cost":["237"]}}',
  ],
] as const)("%s", (_, error, trailers, json) => {
  test("is written as a frame with flag 2", () => {
    const frame = encodeConnectEnd(error, new Metadata(trailers));
    expect([...frame.subarray(0, 5)]).toEqual([2, 0, 0, 0, json.length]);
    expect(new TextDecoder().decode(frame.subarray(5))).toBe(json);
  });

  test("is read", () => {
    const end = decodeConnectEnd(utf8(json));
    expect(end.trailers.toJSON()).toEqual(new Metadata(trailers).toJSON());
    expect(end.error?.code).toBe(error?.code);
    expect(end.error?.message).toBe(error?.message);
    if (end.error !== undefined) expect([...end.error.metadata]).toEqual([...end.trailers]);
  });
});

test("metadata of the error joins the trailers", () => {
  const error = new GrpcError(7, "no", { metadata: { "x-why": "because" } });
  const frame = encodeConnectEnd(error, new Metadata({ "x-why": "first" }));
  expect(JSON.parse(new TextDecoder().decode(frame.subarray(5)))).toEqual({
    error: { code: "permission_denied", message: "no" },
    metadata: { "x-why": ["first", "because"] },
  });
});

test("no trailers and no metadata are nothing", () => {
  expect([...encodeConnectEnd(undefined, undefined)]).toEqual([2, 0, 0, 0, 2, 0x7b, 0x7d]);
});

test.each([
  ['{"error":null}', undefined, {}],
  ['{"metadata":null,"more":1}', undefined, {}],
  ['{"metadata":{"X-Upper":["1"]}}', undefined, { "x-upper": "1" }],
  ['{"metadata":{"x-bin":["AQ=="]}}', undefined, { "x-bin": "AQ==" }],
  ['{"metadata":{"x-none":[]}}', undefined, {}],
  ['{"metadata":{"connect-content-encoding":["gzip"],"content-type":["x"]}}', undefined, {}],
  ['{"error":{}}', 2, {}],
  ['{"error":{"code":null,"message":"oops"}}', 2, {}],
  ['{"error":{"code":"foobar"}}', 2, {}],
] as const)("%s", (json, code, trailers) => {
  const end = decodeConnectEnd(utf8(json));
  expect(end.error?.code).toBe(code);
  expect(end.trailers.toJSON()).toEqual(trailers);
});

test.each([
  "",
  "{",
  "null",
  "[]",
  '"end"',
  '{"error":"not_found"}',
  '{"error":[]}',
  '{"error":{"code":"not_found","message":1}}',
  '{"metadata":[]}',
  '{"metadata":{"x-a":"1"}}',
  '{"metadata":{"x-a":null}}',
  '{"metadata":{"x-a":[1]}}',
  '{"metadata":{"x a":["1"]}}',
  '{"metadata":{"":["1"]}}',
  '{"metadata":{"x-a":["1\\n2"]}}',
  '{"metadata":{"x-a":["ä"]}}',
  '{"metadata":{"x-bin":["*"]}}',
])("%s is malformed", (json) => {
  expect(() => decodeConnectEnd(utf8(json))).toThrow(WireFault);
  expect(() => decodeConnectEnd(utf8(json))).toThrow(/^the end of the stream /);
});
