import { expect, test } from "vitest";
import { encodeWebTrailers } from "../../src/wire/web-trailers.ts";
import { frame, utf8 } from "../support/bytes.ts";

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
