import { describe, expect, test } from "vitest";
import { createClient, createRawClient } from "../../src/client.ts";
import { jsonFormat } from "../../src/json-format.ts";
import {
  answer,
  type BrokenAnswer,
  call,
  expectFailureOfEveryCut,
  MESSAGE,
  OK,
} from "../support/broken-answers.ts";
import { bytes, concat, frame, utf8 } from "../support/bytes.ts";
import { BASE_URL, failureOf } from "../support/client.ts";
import { forbidUnhandledRejections } from "../support/hygiene.ts";
import { UserService } from "../support/user-service.ts";

forbidUnhandledRejections();

const END = frame(utf8("{}"), 0x02);

const BROKEN_STREAMS: BrokenAnswer[] = [
  [
    "a page",
    { type: "text/html", body: utf8("<html>") },
    "UNKNOWN",
    'content type "text/html", expected application/connect+proto',
  ],
  [
    "a unary response",
    { type: "application/proto", body: utf8("x") },
    "UNKNOWN",
    'content type "application/proto"',
  ],
  [
    "a codec not asked for",
    { type: "application/connect+json", body: END },
    "INTERNAL",
    'content type "application/connect+json"',
  ],
  [
    "a status that is success elsewhere",
    { status: 202, body: concat(MESSAGE, END) },
    "UNKNOWN",
    "HTTP status 202",
  ],
  ["nothing", {}, "INTERNAL", "the response ends without its last message"],
  ["a message without an end", { body: MESSAGE }, "INTERNAL", "the response ends without its last message"],
  ["half an end", { body: END.slice(0, -1) }, "INTERNAL", "the body ends inside a message"],
  [
    "a message behind the end",
    { body: concat(END, MESSAGE) },
    "INTERNAL",
    "the response goes on behind its end",
  ],
  ["flags of gRPC-Web", { body: concat(MESSAGE, OK) }, "INTERNAL", "unknown message flags 0x80"],
  [
    "a message over the limit",
    { body: frame(new Uint8Array(1001)) },
    "RESOURCE_EXHAUSTED",
    "a message of 1001 bytes",
  ],
  [
    "a compressed message without an encoding",
    { body: concat(frame(utf8("x"), 1), END) },
    "INTERNAL",
    "a response message is compressed, though",
  ],
  [
    "an encoding not asked for",
    { headers: { "connect-content-encoding": "foo" }, body: concat(frame(utf8("x"), 1), END) },
    "INTERNAL",
    'the response is compressed with "foo"',
  ],
  [
    "an end that is no JSON",
    { body: frame(utf8("oops"), 2) },
    "INTERNAL",
    "the end of the stream is no JSON object",
  ],
  [
    "an error",
    { body: frame(utf8('{"error":{"code":"not_found","message":"not here"}}'), 2) },
    "NOT_FOUND",
    "not here",
  ],
  ["an error without a code", { body: frame(utf8('{"error":{"message":"oops"}}'), 2) }, "UNKNOWN", "oops"],
];

const BROKEN_MESSAGES: BrokenAnswer[] = [
  [
    "an error with trailers that no metadata holds",
    {
      status: 404,
      type: "application/json",
      headers: { "trailer-x-latin": "é", "trailer-x!odd": "1" },
      body: utf8('{"code":"not_found"}'),
    },
    "NOT_FOUND",
    "",
  ],
  [
    "a page",
    { type: "text/html", body: utf8("<html>") },
    "UNKNOWN",
    'content type "text/html", expected application/proto',
  ],
  [
    "a codec not asked for",
    { type: "application/json", body: utf8("{}") },
    "INTERNAL",
    'content type "application/json"',
  ],
  [
    "a stream",
    { type: "application/connect+proto", body: END },
    "UNKNOWN",
    'content type "application/connect+proto"',
  ],
  [
    "an unknown encoding",
    { headers: { "content-encoding": "foo" }, body: utf8("x") },
    "INTERNAL",
    'the response is compressed with "foo", which was not asked for',
  ],
  [
    "a message over the limit",
    { body: new Uint8Array(1001) },
    "RESOURCE_EXHAUSTED",
    "a message is larger than the limit of 1000 bytes",
  ],
  [
    "an error",
    { status: 404, type: "application/json", body: utf8('{"code":"not_found","message":"not here"}') },
    "NOT_FOUND",
    "not here",
  ],
  [
    "an error that is longer than messages may be",
    {
      status: 404,
      type: "application/json",
      body: utf8(`{"code":"not_found","message":"${"x".repeat(2000)}"}`),
    },
    "NOT_FOUND",
    "xxx",
  ],
  [
    "an error that has no end",
    { status: 404, type: "application/json", body: new Uint8Array(64 * 1024 + 1) },
    "RESOURCE_EXHAUSTED",
    "a message is larger than the limit of 65536 bytes",
  ],
  [
    "an error without a code",
    { status: 429, type: "application/json", body: utf8('{"message":"slow down"}') },
    "UNAVAILABLE",
    "slow down",
  ],
  [
    "an error with an unknown code",
    { status: 429, type: "application/json", body: utf8('{"code":"foo","message":"slow down"}') },
    "UNAVAILABLE",
    "slow down",
  ],
  [
    "an error that is null",
    { status: 401, type: "application/json", body: utf8("null") },
    "UNAUTHENTICATED",
    "HTTP status 401",
  ],
  [
    "an error that is no JSON",
    { status: 503, type: "application/json", body: utf8("oops") },
    "UNAVAILABLE",
    "HTTP status 503: oops",
  ],
  [
    "an error that is text in JSON",
    { status: 503, type: "application/json", body: utf8('"down"') },
    "UNAVAILABLE",
    'HTTP status 503: "down"',
  ],
  [
    "an error of another type",
    { status: 404, type: "application/proto", body: utf8('{"code":"not_found"}') },
    "UNIMPLEMENTED",
    "HTTP status 404",
  ],
  [
    "a gateway's JSON",
    { status: 403, type: "application/json", body: utf8('{"Message":"Forbidden"}') },
    "PERMISSION_DENIED",
    'HTTP status 403: {"Message":"Forbidden"}',
  ],
  ["an error without a body", { status: 503, type: "application/json" }, "UNAVAILABLE", "HTTP status 503"],
  [
    "success with an error's status",
    { status: 403, type: "application/proto", body: utf8("x") },
    "PERMISSION_DENIED",
    "HTTP status 403",
  ],
  [
    "a status that is success elsewhere",
    { status: 202, type: "application/proto", body: utf8("x") },
    "UNKNOWN",
    "HTTP status 202",
  ],
  [
    "an error with such a status",
    { status: 202, type: "application/json", body: utf8('{"message":"later"}') },
    "UNKNOWN",
    "later",
  ],
  [
    "trailers with broken base64",
    { headers: { "trailer-x-bin": "***" } },
    "INTERNAL",
    'metadata "x-bin" of the response is not base64',
  ],
];

describe("serverStreaming", () => {
  test.each(BROKEN_STREAMS)("%s", async (...broken) => {
    await expectFailureOfEveryCut(["connect", "serverStreaming", "application/connect+proto"], broken);
  });
});

describe("unary", () => {
  test.each(BROKEN_MESSAGES)("%s", async (...broken) => {
    await expectFailureOfEveryCut(["connect", "unary", "application/proto"], broken);
  });

  test("an empty message is a message", async () => {
    expect(await call("connect", "unary", async () => answer("application/proto", {}))).toEqual(bytes());
  });

  test.each([
    [" down\n", "HTTP status 503: down"],
    [" \n", "HTTP status 503"],
    ["x".repeat(401), `HTTP status 503: ${"x".repeat(400)}`],
  ])("what a gateway says is shown trimmed, and not beyond 400 bytes: %j", async (said, message) => {
    const broken = { status: 503, body: utf8(said) };
    const error = await failureOf(call("connect", "unary", async () => answer("application/json", broken)));
    expect(error.message).toBe(message);
  });

  test("an error may be as long as a message", async () => {
    const message = "x".repeat(100_000);
    const body = utf8(JSON.stringify({ code: "not_found", message }));
    const fetch = async () => answer("application/json", { status: 404, body });
    const client = createRawClient({ baseUrl: BASE_URL, protocol: "connect", fetch });
    expect((await failureOf(client.unary("a.B", "C", bytes()))).message).toBe(message);
  });
});

test.each([
  ["unary", "Application/Proto ; charset=utf-8", bytes()],
  ["serverStreaming", "Application/Connect+Proto ; charset=utf-8", END],
] as const)("the content type may be written in any way: %s", async (kind, type, body) => {
  await call("connect", kind, async () => answer(type, { body }));
});

test.each([
  ["getUser", "application/proto", bytes()],
  ["listUsers", "application/connect+proto", END],
] as const)("bytes where JSON was asked for are the server's fault: %s", async (method, type, body) => {
  const fetch = async () => answer(type, { body });
  const json = jsonFormat();
  const client = createClient(UserService, {
    baseUrl: BASE_URL,
    protocol: "connect",
    codec: "json",
    json,
    fetch,
  });
  const answered = method === "getUser" ? client[method]({}) : Array.fromAsync(client[method]({}));
  expect((await failureOf(answered)).codeName).toBe("INTERNAL");
});
