import { expect, test } from "vitest";
import { WireFault } from "../../src/wire/fault.ts";
import { decodeWebTrailers, encodeWebTrailers } from "../../src/wire/web-trailers.ts";
import { bytes, frame, utf8 } from "../support/bytes.ts";

/** PROTOCOL-WEB, "Message framing": an HTTP/1 header block without the empty line, in a frame with the top bit set. */
test.each([
  ["nothing", [], ""],
  ["a status", ["grpc-status", "0"], "grpc-status:0\r\n"],
  [
    "a status, a message and a field that comes twice",
    ["grpc-status", "5", "grpc-message", "not here", "x", "1", "x", "2"],
    "grpc-status:5\r\ngrpc-message:not here\r\nx:1\r\nx:2\r\n",
  ],
  ["an empty value", ["x", ""], "x:\r\n"],
  ["a value with a colon", ["x", "a:b"], "x:a:b\r\n"],
])("%s", (_, trailers, block) => {
  expect(encodeWebTrailers(trailers)).toEqual(frame(utf8(block), 0x80));
});

test.each([
  ["nothing", "", []],
  ["a status", "grpc-status:0\r\n", [["grpc-status", "0"]]],
  [
    "what others write: names in any case, a space behind the colon",
    "Grpc-Status: 5\r\ngRPC-Message: not here\r\n",
    [
      ["grpc-status", "5"],
      ["grpc-message", "not here"],
    ],
  ],
  [
    "a field that comes twice",
    "x:1\r\nx:2\r\n",
    [
      ["x", "1"],
      ["x", "2"],
    ],
  ],
  [
    "bare line feeds",
    "a:1\nb:2\n",
    [
      ["a", "1"],
      ["b", "2"],
    ],
  ],
  ["no line break at the end", "a:1", [["a", "1"]]],
  ["an empty line at the end", "a:1\r\n\r\n", [["a", "1"]]],
  ["an empty value", "x:\r\n", [["x", ""]]],
  ["a value with a colon", "x:a:b\r\n", [["x", "a:b"]]],
  ["tabs and spaces around", "x \t:\t a \r\n", [["x", "a"]]],
])("%s is read", (_, block, fields) => {
  expect(decodeWebTrailers(utf8(block))).toEqual(fields);
});

test("bytes that are no UTF-8 do not hide the status", () => {
  const block = bytes(...utf8("grpc-status:5\r\nx:"), 0xff, ...utf8("\r\n"));
  expect(decodeWebTrailers(block)[0]).toEqual(["grpc-status", "5"]);
});

test.each([
  ["no colon", "grpc-status"],
  ["no name", ":0\r\n"],
  ["a second line without a colon", "a:1\r\nb\r\n"],
])("%s is malformed", (_, block) => {
  expect(() => decodeWebTrailers(utf8(block))).toThrow(WireFault);
});
