import { describe, expect, test, vi } from "vitest";
import { GrpcError } from "../../src/error.ts";
import { GrpcStatusCode } from "../../src/status.ts";
import { answer, type Code, call, expectFailure, MESSAGE } from "../support/broken-answers.ts";
import { utf8 } from "../support/bytes.ts";
import { failureOf } from "../support/client.ts";
import { forbidUnhandledRejections, settle } from "../support/hygiene.ts";

forbidUnhandledRejections();

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

test.each(["connect", "grpc-web"] as const)("a refusal whose text never ends, %s", async (protocol) => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  const body = new ReadableStream<Uint8Array>({
    start: (controller) => controller.enqueue(utf8("over capacity")),
  });
  const headers = { "content-type": "text/plain" };
  const failing = failureOf(
    call(protocol, "unary", async () => new Response(body, { status: 503, headers })),
  );
  await settle();
  vi.advanceTimersByTime(1000);
  expect((await failing).message).toBe("HTTP status 503: over capacity");
});

test("a refusal is read no further than it is shown", async () => {
  let pulled = 0;
  const pull = (controller: ReadableStreamDefaultController<Uint8Array>): void => {
    if (++pulled > 100) controller.error(new Error("this goes on and on"));
    else controller.enqueue(utf8("no ".repeat(1000)));
  };
  const headers = { "content-type": "text/plain" };
  const fetch = async () => new Response(new ReadableStream({ pull }), { status: 503, headers });
  expect((await failureOf(call("grpc-web", "unary", fetch))).message).toMatch(/^HTTP status 503: no no /);
  expect(pulled).toBeLessThan(100);
});

describe("networks that fail", () => {
  const refused = Object.assign(new TypeError("fetch failed"), { cause: new Error("connect ECONNREFUSED") });

  test("before the response", async () => {
    const error = await failureOf(call("grpc-web", "unary", () => Promise.reject(refused)));
    expect(error.codeName).toBe("UNAVAILABLE");
    expect(error.message).toBe("no response from http://api.test: fetch failed (connect ECONNREFUSED)");
    expect(error.cause).toBe(refused);
  });

  test.each([
    [Object.assign(new AggregateError([]), { code: "ECONNREFUSED" }), "fetch failed (ECONNREFUSED)"],
    [new Error(), "fetch failed"],
    ["gone", "fetch failed"],
  ])("whose error says little: %s", async (cause, why) => {
    const error = await failureOf(
      call("grpc-web", "unary", () => Promise.reject(new TypeError("fetch failed", { cause }))),
    );
    expect(error.message).toBe(`no response from http://api.test: ${why}`);
  });

  test("with an error that says itself what the call fails with", async () => {
    const refusal = new GrpcError(GrpcStatusCode.PERMISSION_DENIED, "not from here");
    expect(await failureOf(call("grpc-web", "unary", () => Promise.reject(refusal)))).toBe(refusal);
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
