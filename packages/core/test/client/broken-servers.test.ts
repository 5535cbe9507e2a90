import { describe, expect, test } from "vitest";
import { createRawClient } from "../../src/client.ts";
import type { GrpcStatusCode } from "../../src/status.ts";
import { bytes, concat, everyCut, frame, frameHeader, text, utf8 } from "../support/bytes.ts";
import { BASE_URL, failureOf, responseOf } from "../support/client.ts";
import { forbidUnhandledRejections } from "../support/hygiene.ts";

forbidUnhandledRejections();

/** Servers that break the rules, as functions from nothing to a response: what they send is written out by hand. */
type Code = keyof typeof GrpcStatusCode;
interface Answer {
  readonly status?: number;
  readonly type?: string | null;
  readonly headers?: Record<string, string>;
  readonly body?: Uint8Array;
}
type Vector = [name: string, answer: Answer, code: Code, message: string | RegExp];

type Protocol = "grpc-web" | "connect";
type Kind = "unary" | "serverStreaming";

const OK = frame(utf8("grpc-status:0\r\n"), 0x80);
const MESSAGE = frame(utf8("hello"));
const END = frame(utf8("{}"), 0x02);
const base64 = (body: Uint8Array): Uint8Array => utf8(Buffer.from(body).toString("base64"));

function answer(
  defaultType: string,
  { status = 200, type = defaultType, headers, body }: Answer,
  cut?: Uint8Array[],
) {
  const init = { status, headers: { ...headers, ...(type !== null && { "content-type": type }) } };
  return responseOf(init, ...(cut ?? (body === undefined ? [] : [body])));
}

function call(
  protocol: Protocol | "grpc-web-text",
  kind: Kind,
  fetch: () => Promise<Response>,
): Promise<unknown> {
  const client = createRawClient({ baseUrl: BASE_URL, protocol, fetch, maxReceiveMessageBytes: 1000 });
  if (kind === "unary") return client.unary("a.B", "C", bytes());
  return Array.fromAsync(client.serverStreaming("a.B", "C", bytes()));
}

async function expectFailure(failing: Promise<unknown>, code: Code, message: string | RegExp): Promise<void> {
  const error = await failureOf(failing);
  expect(`${error.codeName}: ${error.message}`).toMatch(
    typeof message === "string" ? `${code}: ${message}` : message,
  );
  expect(error.codeName).toBe(code);
}

/** https://github.com/grpc/grpc/blob/master/doc/http-grpc-status-mapping.md; Connect has the same table. */
const HTTP_STATUSES: [number, Code][] = [
  [400, "INTERNAL"],
  [401, "UNAUTHENTICATED"],
  [403, "PERMISSION_DENIED"],
  [404, "UNIMPLEMENTED"],
  [409, "UNKNOWN"],
  [412, "UNKNOWN"],
  [413, "UNKNOWN"],
  [415, "UNKNOWN"],
  [418, "UNKNOWN"],
  [429, "UNAVAILABLE"],
  [500, "UNKNOWN"],
  [502, "UNAVAILABLE"],
  [503, "UNAVAILABLE"],
  [504, "UNAVAILABLE"],
  [599, "UNKNOWN"],
];

describe.each([
  ["grpc-web", "unary"],
  ["grpc-web", "serverStreaming"],
  ["connect", "unary"],
  ["connect", "serverStreaming"],
] as const)("an HTTP status alone, %s, %s", (protocol, kind) => {
  test.each(HTTP_STATUSES)("%d is %s", async (status, code) => {
    const failing = call(protocol, kind, async () => new Response(null, { status }));
    await expectFailure(failing, code, `HTTP status ${status}`);
  });

  test.each([
    ["text/plain", "try gRPC-Web\n", ": try gRPC-Web"],
    ["text/plain; charset=utf-8", "x".repeat(5000), `: ${"x".repeat(400)}`],
    ["text/html", "<html>go away</html>", ""],
  ])("with %s", async (type, body, shown) => {
    const failing = call(protocol, kind, async () => answer(type, { status: 503, body: utf8(body) }));
    const error = await failureOf(failing);
    expect(error.message).toBe(`HTTP status 503${shown}`);
  });
});

const GRPC_WEB: Vector[] = [
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
];

const CONNECT_STREAM: Vector[] = [
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

const CONNECT_UNARY: Vector[] = [
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
    'the response has the unknown content-encoding "foo"',
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
    "HTTP status 503",
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
    "trailers with broken base64",
    { headers: { "trailer-x-bin": "***" } },
    "INTERNAL",
    'metadata "x-bin" of the response is not base64',
  ],
];

describe.each([
  ["grpc-web", "unary", "application/grpc-web", GRPC_WEB],
  ["grpc-web", "serverStreaming", "application/grpc-web+proto", GRPC_WEB],
  ["connect", "serverStreaming", "application/connect+proto", CONNECT_STREAM],
  ["connect", "unary", "application/proto", CONNECT_UNARY],
] as const)("%s, %s", (protocol, kind, type, vectors) => {
  test.each(vectors)("%s", async (_, response, code, message) => {
    await expectFailure(
      call(protocol, kind, async () => answer(type, response)),
      code,
      message,
    );
  });

  test.each(vectors.filter(([, { body }]) => body !== undefined && body.length < 100))(
    "%s, cut anywhere",
    async (_, response, code) => {
      for (const cut of everyCut(response.body ?? bytes())) {
        const error = await failureOf(call(protocol, kind, async () => answer(type, response, cut)));
        expect(error.codeName).toBe(code);
      }
    },
  );
});

describe.each([
  ["grpc-web", "application/grpc-web", OK],
  ["connect", "application/proto", undefined],
] as const)("the number of messages, %s", (protocol, type, end) => {
  if (end !== undefined) {
    test("none is UNIMPLEMENTED", async () => {
      const failing = call(protocol, "unary", async () => answer(type, { body: end }));
      await expectFailure(
        failing,
        "UNIMPLEMENTED",
        "the method gives exactly one response message and gave none",
      );
    });

    test("none, with the status in the headers", async () => {
      const failing = call(protocol, "unary", async () => answer(type, { headers: { "grpc-status": "0" } }));
      await expectFailure(
        failing,
        "UNIMPLEMENTED",
        "the method gives exactly one response message and gave none",
      );
    });

    test("two are UNIMPLEMENTED", async () => {
      const failing = call(protocol, "unary", async () =>
        answer(type, { body: concat(MESSAGE, MESSAGE, end) }),
      );
      await expectFailure(
        failing,
        "UNIMPLEMENTED",
        "the method gives exactly one response message and gave more",
      );
    });
  }

  test("an empty one is one", async () => {
    const body = end === undefined ? bytes() : concat(frame(bytes()), end);
    expect(await call(protocol, "unary", async () => answer(type, { body }))).toEqual(bytes());
  });
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
    "the base64 body ends inside",
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

describe("networks that fail", () => {
  const refused = Object.assign(new TypeError("fetch failed"), { cause: new Error("connect ECONNREFUSED") });

  test("before the response", async () => {
    const error = await failureOf(call("grpc-web", "unary", () => Promise.reject(refused)));
    expect(error.codeName).toBe("UNAVAILABLE");
    expect(error.message).toBe("no response from http://api.test: fetch failed (connect ECONNREFUSED)");
    expect(error.cause).toBe(refused);
  });

  test("at once, and with something that is no error", async () => {
    const thrower = (): Promise<Response> => {
      throw "gone";
    };
    await expectFailure(
      call("connect", "unary", thrower),
      "UNAVAILABLE",
      "no response from http://api.test: gone",
    );
  });

  test.each(["unary", "serverStreaming"] as const)("in the middle of the response, %s", async (kind) => {
    const body = new ReadableStream<Uint8Array>({
      start: (controller) => controller.enqueue(MESSAGE),
      pull: (controller) => controller.error(new TypeError("terminated")),
    });
    const headers = { "content-type": "application/grpc-web" };
    const failing = call("grpc-web", kind, async () => new Response(body, { headers }));
    await expectFailure(
      failing,
      "UNAVAILABLE",
      "the connection broke while the response was read: terminated",
    );
  });
});
