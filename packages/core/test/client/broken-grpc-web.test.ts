import { describe, expect, test } from "vitest";
import { createRawClient } from "../../src/client.ts";
import {
  answer,
  type BrokenAnswer,
  call,
  expectFailure,
  expectFailureOfEveryCut,
  MESSAGE,
  OK,
} from "../support/broken-answers.ts";
import { bytes, concat, frame, frameHeader, text, utf8 } from "../support/bytes.ts";
import { BASE_URL, failureOf } from "../support/client.ts";
import { forbidUnhandledRejections } from "../support/hygiene.ts";

forbidUnhandledRejections();

const TYPE = "application/grpc-web";
const base64 = (body: Uint8Array): Uint8Array => utf8(Buffer.from(body).toString("base64"));

const BROKEN: BrokenAnswer[] = [
  [
    "a status in headers, and a message without trailers",
    { headers: { "grpc-status": "0" }, body: MESSAGE },
    "INTERNAL",
    "the response ends without trailers",
  ],
  [
    "trailers in headers, among fields that no metadata holds",
    { headers: { "grpc-status": "5", "x-latin": "é", "x!odd": "1" } },
    "NOT_FOUND",
    "",
  ],
  [
    "trailers with fields that no metadata holds",
    { body: frame(utf8("grpc-status:5\r\nx-latin:é\r\nx!odd:1\r\n"), 0x80) },
    "NOT_FOUND",
    "",
  ],
  [
    "a page",
    { type: "text/html", body: utf8("<html>") },
    "UNKNOWN",
    'HTTP status 200 with content type "text/html"',
  ],
  [
    "no content type",
    { type: null, body: concat(MESSAGE, OK) },
    "UNKNOWN",
    'HTTP status 200 with content type ""',
  ],
  [
    "gRPC itself",
    { type: "application/grpc", body: MESSAGE },
    "UNKNOWN",
    "HTTP status 200 with content type",
  ],
  [
    "a codec not asked for",
    { type: "application/grpc-web+json", body: concat(MESSAGE, OK) },
    "INTERNAL",
    "HTTP status 200 with content type",
  ],
  [
    "text that was not asked for",
    { type: "application/grpc-web-text", body: base64(OK) },
    "UNKNOWN",
    "HTTP status 200 with content type",
  ],
  [
    "a status that is success elsewhere",
    { status: 202, body: concat(MESSAGE, OK) },
    "UNKNOWN",
    "HTTP status 202",
  ],
  ["nothing", {}, "INTERNAL", "the response ends without trailers"],
  ["a message without trailers", { body: MESSAGE }, "INTERNAL", "the response ends without trailers"],
  [
    "half a header",
    { body: bytes(0, 0, 0) },
    "INTERNAL",
    "the body ends inside a message header: 3 of 5 bytes arrived",
  ],
  [
    "half a message",
    { body: frame(utf8("hello")).slice(0, -1) },
    "INTERNAL",
    "the body ends inside a message: 4 of 5 bytes arrived",
  ],
  [
    "half the trailers",
    { body: concat(MESSAGE, OK.slice(0, -1)) },
    "INTERNAL",
    "the body ends inside a message",
  ],
  ["unknown flags", { body: frame(utf8("x"), 0x04) }, "INTERNAL", "unknown message flags 0x04"],
  [
    "a message behind the trailers",
    { body: concat(MESSAGE, OK, MESSAGE) },
    "INTERNAL",
    "the response goes on behind its end",
  ],
  ["trailers twice", { body: concat(MESSAGE, OK, OK) }, "INTERNAL", "the response goes on behind its end"],
  [
    "a byte behind the trailers",
    { body: concat(MESSAGE, OK, bytes(0)) },
    "INTERNAL",
    "the body ends inside a message header",
  ],
  [
    "a message over the limit",
    { body: concat(frame(new Uint8Array(1001)), OK) },
    "RESOURCE_EXHAUSTED",
    "a message of 1001 bytes is larger than the limit of 1000 bytes",
  ],
  [
    "the announcement of 4 GiB",
    { body: frameHeader(0xffff_ffff) },
    "RESOURCE_EXHAUSTED",
    "a message of 4294967295 bytes is larger",
  ],
  [
    "a compressed message without an encoding",
    { body: concat(frame(utf8("x"), 1), OK) },
    "INTERNAL",
    "a response message is compressed, though",
  ],
  [
    "a compressed message with encoding identity",
    { headers: { "grpc-encoding": "identity" }, body: concat(frame(utf8("x"), 1), OK) },
    "INTERNAL",
    "a response message is compressed, though",
  ],
  [
    "an encoding not asked for",
    { headers: { "grpc-encoding": "zstd" }, body: concat(frame(utf8("x"), 1), OK) },
    "INTERNAL",
    'the response is compressed with "zstd", which was not asked for',
  ],
  [
    "a message that is not gzip",
    { headers: { "grpc-encoding": "gzip" }, body: concat(frame(utf8("x"), 1), OK) },
    "INTERNAL",
    "a response message is not valid gzip",
  ],
  [
    "trailers without a status",
    { body: frame(utf8("grpc-message:oops\r\n"), 0x80) },
    "UNKNOWN",
    "the trailers have no grpc-status: oops",
  ],
  ["empty trailers", { body: frame(bytes(), 0x80) }, "UNKNOWN", "the trailers have no grpc-status"],
  [
    "an unknown status",
    { body: frame(utf8("grpc-status:17\r\n"), 0x80) },
    "UNKNOWN",
    'unknown grpc-status "17"',
  ],
  [
    "a status that is no number",
    { body: frame(utf8("grpc-status:x\r\ngrpc-message:oops\r\n"), 0x80) },
    "UNKNOWN",
    'unknown grpc-status "x": oops',
  ],
  [
    "a status without a value",
    { body: concat(MESSAGE, frame(utf8("grpc-status:\r\n"), 0x80)) },
    "UNKNOWN",
    'unknown grpc-status ""',
  ],
  [
    "a status that is no decimal number",
    { body: frame(utf8("grpc-status:0x5\r\n"), 0x80) },
    "UNKNOWN",
    'unknown grpc-status "0x5"',
  ],
  [
    "trailers that are none",
    { body: frame(utf8("grpc-status 0\r\n"), 0x80) },
    "INTERNAL",
    "the trailers have a line without a name",
  ],
  [
    "trailers with broken base64",
    { body: frame(utf8("grpc-status:0\r\nx-bin:***\r\n"), 0x80) },
    "INTERNAL",
    'metadata "x-bin" of the response is not base64',
  ],
  [
    "headers with broken base64",
    { headers: { "x-bin": "***" }, body: concat(MESSAGE, OK) },
    "INTERNAL",
    'metadata "x-bin" of the response is not base64',
  ],
  ["a status without a name", { body: frame(utf8("grpc-status:5\r\n"), 0x80) }, "NOT_FOUND", ""],
  [
    "a message that is not percent-encoded",
    { body: frame(utf8("grpc-status:5\r\ngrpc-message:100%\r\n"), 0x80) },
    "NOT_FOUND",
    "100%",
  ],
  [
    "details that are none",
    { body: frame(utf8("grpc-status:5\r\ngrpc-status-details-bin:AAAA\r\n"), 0x80) },
    "NOT_FOUND",
    "",
  ],
  [
    "a failure behind a message",
    { body: concat(MESSAGE, frame(utf8("grpc-status:9\r\n"), 0x80)) },
    "FAILED_PRECONDITION",
    "",
  ],
  [
    "trailers in headers",
    { headers: { "grpc-status": "5", "grpc-message": "not here" } },
    "NOT_FOUND",
    "not here",
  ],
  [
    "trailers in headers, without a status",
    { headers: { "grpc-message": "not here" } },
    "INTERNAL",
    "the response ends without trailers",
  ],
  [
    "a status in headers and another one in the body",
    { headers: { "grpc-status": "8" }, body: frame(utf8("grpc-status:9\r\n"), 0x80) },
    "FAILED_PRECONDITION",
    "",
  ],
  [
    "a status of gRPC that is no success in HTTP",
    { status: 404, headers: { "grpc-status": "5", "grpc-message": "not here" } },
    "NOT_FOUND",
    "not here",
  ],
  [
    "a status of gRPC with a page",
    {
      status: 503,
      type: "text/html",
      headers: { "grpc-status": "8", "grpc-message": "full" },
      body: utf8("<html>"),
    },
    "RESOURCE_EXHAUSTED",
    "full",
  ],
  [
    "a status of gRPC with the content type of gRPC",
    { type: "application/grpc", headers: { "grpc-status": "14", "grpc-message": "no healthy upstream" } },
    "UNAVAILABLE",
    "no healthy upstream",
  ],
  [
    "a success of gRPC with a page",
    { type: "text/html", headers: { "grpc-status": "0" }, body: utf8("<html>") },
    "UNKNOWN",
    'HTTP status 200 with content type "text/html"',
  ],
];

describe.each([
  ["unary", TYPE],
  ["serverStreaming", `${TYPE}+proto`],
] as const)("%s", (kind, type) => {
  test.each(BROKEN)("%s", async (...broken) => {
    await expectFailureOfEveryCut(["grpc-web", kind, type], broken);
  });
});

describe("the number of messages", () => {
  const messages = (body: Uint8Array, headers = {}) =>
    call("grpc-web", "unary", async () => answer(TYPE, { headers, body }));

  test("none is UNIMPLEMENTED", async () => {
    const why = "the method gives exactly one response message and gave none";
    await expectFailure(messages(OK), "UNIMPLEMENTED", why);
    await expectFailure(messages(bytes(), { "grpc-status": "0" }), "UNIMPLEMENTED", why);
  });

  test("two are UNIMPLEMENTED", async () => {
    const why = "the method gives exactly one response message and gave more than one";
    await expectFailure(messages(concat(MESSAGE, MESSAGE, OK)), "UNIMPLEMENTED", why);
  });

  test("an empty one is one", async () => {
    expect(await messages(concat(frame(bytes()), OK))).toEqual(bytes());
  });
});

test("a failure in headers of another content type keeps its details and trailers", async () => {
  const headers = {
    "grpc-status": "8",
    "grpc-status-details-bin": Buffer.from([0x1a, 3, 0x0a, 1, 0x61]).toString("base64"),
    "x-why": "full",
  };
  const error = await failureOf(
    call("grpc-web", "unary", async () => answer("application/grpc", { headers })),
  );
  expect(error.details).toMatchObject([{ typeUrl: "a" }]);
  expect(error.metadata.get("x-why")).toBe("full");
});

test("a header block that is the trailers is not taken for headers as well", async () => {
  const headers = { "grpc-status": "5", "x-why": "gone" };
  const client = createRawClient({ baseUrl: BASE_URL, fetch: async () => answer(TYPE, { headers }) });
  const seen: [string, unknown][] = [];
  const failing = client.unary("a.B", "C", bytes(), {
    onHeaders: (metadata) => void seen.push(["headers", metadata.toJSON()]),
    onTrailers: (metadata) => void seen.push(["trailers", metadata.toJSON()]),
  });
  await expectFailure(failing, "NOT_FOUND", "");
  expect(seen).toEqual([["trailers", { "x-why": "gone" }]]);
});

test("a body of text that is not base64", async () => {
  const type = "application/grpc-web-text";
  const broken = { body: utf8("AAAA****") };
  await expectFailure(
    call("grpc-web-text", "unary", async () => answer(type, broken)),
    "INTERNAL",
    "the body is not base64",
  );
  const short = { body: base64(concat(MESSAGE, OK)).slice(0, -1) };
  await expectFailure(
    call("grpc-web-text", "unary", async () => answer(type, short)),
    "INTERNAL",
    "the body is not base64",
  );
});

test("a body of text that ends inside a frame", async () => {
  const broken = { body: base64(concat(MESSAGE, OK, bytes(0))) };
  await expectFailure(
    call("grpc-web-text", "unary", async () => answer("application/grpc-web-text", broken)),
    "INTERNAL",
    "the body ends inside a message header",
  );
});

test("what a server may do: headers of all sorts, trailers in any case, padding between segments", async () => {
  const body = concat(base64(MESSAGE), base64(frame(utf8("Grpc-Status: 0\nX-A: b\n"), 0x80)));
  const headers = { "x-latin": "é", "x!odd": "1", "set-cookie": "a=b" };
  const client = createRawClient({
    baseUrl: BASE_URL,
    protocol: "grpc-web-text",
    fetch: async () => answer("Application/gRPC-Web-Text+proto; charset=utf-8", { headers, body }),
  });
  let seen: unknown;
  const message = await client.unary("a.B", "C", bytes(), {
    onTrailers: (trailers) => (seen = trailers.toJSON()),
  });
  expect(text(message)).toBe("hello");
  expect(seen).toEqual({ "x-a": "b" });
});

test("messages that came before a failure are handed out", async () => {
  const body = concat(MESSAGE, MESSAGE, frame(utf8("grpc-status:14\r\n"), 0x80));
  const client = createRawClient({
    baseUrl: BASE_URL,
    fetch: async () => answer("application/grpc-web", { body }),
  });
  const seen: string[] = [];
  const reading = (async () => {
    for await (const message of client.serverStreaming("a.B", "C", bytes())) seen.push(text(message));
  })();
  await expectFailure(reading, "UNAVAILABLE", "");
  expect(seen).toEqual(["hello", "hello"]);
});
