import { describe, expect, test } from "vitest";
import { GrpcError } from "../../src/error.ts";
import { decodeConnectError, encodeConnectError } from "../../src/protocol/connect-error.ts";
import { GrpcStatusCode } from "../../src/status.ts";

const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);
const decode = (text: string): GrpcError =>
  decodeConnectError(utf8(text), { code: GrpcStatusCode.UNAVAILABLE });
const detail = (value: number[], type = "google.rpc.RetryInfo") => ({
  typeUrl: `type.googleapis.com/${type}`,
  value: new Uint8Array(value),
});

/** Each one is both what is written and what is read. */
describe.each([
  ["a code alone", new GrpcError(14, ""), '{"code":"unavailable"}'],
  ["a message", new GrpcError(5, "no such user"), '{"code":"not_found","message":"no such user"}'],
  [
    "a message of any text",
    new GrpcError(3, 'läuft "nicht"\n\u0000 😀'),
    '{"code":"invalid_argument","message":"läuft \\"nicht\\"\\n\\u0000 😀"}',
  ],
  [
    "details, in base64 without padding",
    new GrpcError(14, "busy", { details: [detail([10, 2, 8, 60]), detail([251, 255]), detail([1], "a.B")] }),
    '{"code":"unavailable","message":"busy","details":[{"type":"google.rpc.RetryInfo","value":"CgIIPA"},' +
      '{"type":"google.rpc.RetryInfo","value":"+/8"},{"type":"a.B","value":"AQ"}]}',
  ],
  [
    "a detail without bytes",
    new GrpcError(9, "", { details: [detail([])] }),
    '{"code":"failed_precondition","details":[{"type":"google.rpc.RetryInfo","value":""}]}',
  ],
])("%s", (_, error, json) => {
  test("is written", () => {
    expect(new TextDecoder().decode(encodeConnectError(error))).toBe(json);
  });

  test("is read", () => {
    const { code, message, details } = decode(json);
    expect({ code, message, details }).toEqual({
      code: error.code,
      message: error.message,
      details: error.details,
    });
  });
});

test("the type of a detail is the name behind the last slash of its type URL", () => {
  for (const typeUrl of ["a.B", "/a.B", "example.com/types/a.B"]) {
    const error = new GrpcError(2, "", { details: [{ typeUrl, value: new Uint8Array(0) }] });
    expect(JSON.parse(new TextDecoder().decode(encodeConnectError(error))).details[0].type).toBe("a.B");
  }
});

test.each([
  ['{"code":null,"message":"oops"}', 14, "oops"],
  ['{"message":"oops"}', 14, "oops"],
  ['{"code":"foobar","message":"oops"}', 14, "oops"],
  ['{"code":5,"message":"oops"}', 14, "oops"],
  ['{"code":"ok","message":"oops"}', 14, "oops"],
  ["{}", 14, ""],
  ['{"code":"out_of_range","message":null,"details":null}', 11, ""],
  ['{"code":"out_of_range","message":"oops","more":{"deep":[1]}}', 11, "oops"],
  ['\ufeff {"code":"out_of_range"}\n', 11, ""],
  ["null", 14, ""],
  ["[]", 14, ""],
  ['"not_found"', 14, ""],
  ['{"code":"not_found","message":{}}', 14, ""],
  ['{"code":"not_found","details":{}}', 14, ""],
  ["", 14, ""],
  ['{"code":"not_found"', 14, ""],
  ["<html>Bad gateway</html>", 14, ""],
] as const)("%s is read as %d %j", (json, code, message) => {
  expect(decode(json)).toMatchObject({ code, message, details: [] });
});

test("a body that is not UTF-8 is no error", () => {
  const body = new Uint8Array([...utf8('{"code":"not_found","message":"'), 0xff, ...utf8('"}')]);
  expect(decodeConnectError(body, { code: 14 })).toMatchObject({ code: 14, message: "" });
});

test.each([
  ['{"type":"a.B","value":"CgIIPA==","debug":"anything"}', [detail([10, 2, 8, 60], "a.B")]],
  ['{"type":"a.B","value":"C"}', []],
  ['{"type":"a.B","value":"C_-A"}', []],
  ['{"type":"a.B"}', []],
  ['{"type":"a.B","value":null}', []],
  ['{"type":"a.B","value":1234}', []],
  ['{"value":"CgIIPA"}', []],
  ['{"type":7,"value":"CgIIPA"}', []],
  ["null", []],
  ['"a.B"', []],
])("the detail %s", (json, details) => {
  expect(decode(`{"code":"internal","details":[${json}]}`)).toMatchObject({ code: 13, details });
});

test("metadata comes from beside the body", () => {
  const error = decodeConnectError(utf8("{}"), { code: 7, metadata: { "x-why": "no" } });
  expect(error.metadata.get("x-why")).toBe("no");
});
