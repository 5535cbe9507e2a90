import { describe, expect, test, vi } from "vitest";
import { GrpcStatusCode } from "../../src/status.ts";
import { createFetchHandler } from "../../src/web/fetch-handler.ts";
import { bytes, concat, everyCut, frame, frameHeader, utf8 } from "../support/bytes.ts";
import { TestCall } from "../support/call.ts";
import { forbidEndlessLoops, forbidUnhandledRejections } from "../support/hygiene.ts";
import { echoService, rawService } from "../support/services.ts";
import { callWeb } from "../support/web.ts";

forbidUnhandledRejections();
forbidEndlessLoops();

const SINGLE = ["Unary", "ServerStream"];
const STREAMING = ["ClientStream", "Bidi"];

/** [name, body, code, message] */
const BODIES: [string, Uint8Array, GrpcStatusCode, string | RegExp][] = [
  [
    "a header cut short",
    bytes(0, 0),
    GrpcStatusCode.INTERNAL,
    "the body ends inside a message header: 2 of 5 bytes arrived",
  ],
  [
    "a message cut short",
    concat(frameHeader(3), bytes(1)),
    GrpcStatusCode.INTERNAL,
    "the body ends inside a message: 1 of 3 bytes arrived",
  ],
  ["flags nobody knows", frame(bytes(1), 2), GrpcStatusCode.INTERNAL, "unknown message flags 0x02"],
  [
    "a trailers frame from a client",
    frame(bytes(1), 0x80),
    GrpcStatusCode.INTERNAL,
    "unknown message flags 0x80",
  ],
  [
    "a length over the limit",
    frameHeader(0xffffffff),
    GrpcStatusCode.RESOURCE_EXHAUSTED,
    "a message of 4294967295 bytes is larger than the limit of 4194304 bytes",
  ],
  [
    "a compressed message without an encoding",
    frame(bytes(1), 1),
    GrpcStatusCode.INTERNAL,
    "a message is marked as compressed, but the call names no grpc-encoding",
  ],
  [
    "text where frames should be",
    utf8('{"a":1}'),
    GrpcStatusCode.INTERNAL,
    /unknown message flags|body ends inside/,
  ],
];

describe.each([...SINGLE, ...STREAMING])("%s answers", (method) => {
  const path = `/test.Service/${method}`;

  test.each(BODIES)("%s", async (_, body, code, message) => {
    for (const chunks of everyCut(body)) {
      const call = new TestCall(echoService(), { path });
      // No one would let go on what is paused now.
      for (const chunk of chunks) expect(call.inbound.receive(chunk)).toBe(true);
      call.inbound.end();
      await call.out.ended;
      expect(call.status.code).toBe(code);
      expect(call.status.message).toMatch(message);
      expect(call.messages).toEqual([]);
      expect(call.out.status).toBe(200);
      expect(call.out.violations).toEqual([]);
    }
    const answer = await callWeb(createFetchHandler(echoService()), { path, body: Uint8Array.from(body) });
    expect(answer).toMatchObject({ code, messages: [] });
    expect(answer.message).toMatch(message);
  });

  test.each([
    ["no base64", "!!!!", "the body is not base64"],
    ["base64 with a line break", "AAAA\nAAA", "the body is not base64"],
    ["base64 cut inside a group", "AAAAAAA", "the body is not base64"],
    ["base64 of a message cut short", "AAAA", "the body ends inside a message header: 3 of 5 bytes arrived"],
  ])("text that is %s", async (_, body, message) => {
    const headers = { "content-type": "application/grpc-web-text" };
    const answer = await callWeb(createFetchHandler(echoService()), { path, headers, body });
    expect(answer).toMatchObject({ code: GrpcStatusCode.INTERNAL, message, messages: [] });
    expect(answer.headers.get("content-type")).toBe("application/grpc-web-text");
  });

  test.each(["", "S", "10", "123456789S", "-1S", "1s", "1 S"])("a grpc-timeout of %j", async (timeout) => {
    const call = new TestCall(echoService(), { path, headers: { "grpc-timeout": timeout } });
    expect(call.inbound.appetite).toBe("none");
    expect(call.status).toEqual({
      code: GrpcStatusCode.INTERNAL,
      message: `malformed grpc-timeout: ${JSON.stringify(timeout)}`,
    });
    await call.check();
  });

  test("a grpc-encoding that it does not have", async () => {
    const call = new TestCall(echoService(), { path, headers: { "grpc-encoding": "snappy" } });
    expect(call.status).toEqual({
      code: GrpcStatusCode.UNIMPLEMENTED,
      message: 'grpc-encoding "snappy" is not supported; use one of: identity',
    });
    await call.check();
  });

  test("metadata that is not base64", async () => {
    const call = new TestCall(echoService(), { path, headers: { "x-bin": "!" } });
    expect(call.status).toEqual({ code: GrpcStatusCode.INTERNAL, message: 'metadata "x-bin" is not base64' });
    expect(call.out.headers.has("grpc-accept-encoding")).toBe(false);
    await call.check();
  });
});

describe.each(SINGLE)("%s takes exactly one message", (method) => {
  const path = `/test.Service/${method}`;
  const wrongNumber = (count: string) => ({
    code: GrpcStatusCode.UNIMPLEMENTED,
    message: `the method takes exactly one request message and got ${count}`,
  });

  test("not none", async () => {
    expect((await new TestCall(echoService(), { path }).finish()).status).toEqual(wrongNumber("none"));
    expect(await callWeb(createFetchHandler(echoService()), { path, messages: [] })).toMatchObject(
      wrongNumber("none"),
    );
    expect(await callWeb(createFetchHandler(echoService()), { path, body: null })).toMatchObject(
      wrongNumber("none"),
    );
  });

  test.each([
    ["a second message", frame(bytes(2))],
    ["an empty second message", frame(bytes())],
    ["a byte behind it", bytes(0)],
    ["text behind it", utf8("more")],
  ])("not %s", async (_, rest) => {
    for (const first of [bytes(1), bytes()]) {
      for (const chunks of everyCut(concat(frame(first), rest))) {
        const call = new TestCall(echoService(), { path });
        for (const chunk of chunks) call.inbound.receive(chunk);
        // Known before the end: a client that goes on sending is not listened to.
        expect(call.out.isEnded).toBe(true);
        expect(call.status).toEqual(wrongNumber("more than one"));
        expect(call.messages).toEqual([]);
        call.inbound.end();
        expect(call.out.violations).toEqual([]);
      }
    }
  });
});

test("a faulty message in a stream comes after the good ones were answered", async () => {
  const call = new TestCall(echoService(), { path: "/test.Service/Bidi" });
  call.inbound.receive(concat(frame(bytes(1)), frame(bytes(2)), frame(bytes(3), 4)));
  await call.out.ended;
  expect(call.messages).toEqual([bytes(1), bytes(2)]);
  expect(call.status).toEqual({ code: GrpcStatusCode.INTERNAL, message: "unknown message flags 0x04" });
  await call.check();
});

test.each(STREAMING)(
  "text that is not base64 aborts the signal of %s, which may wait for nothing else",
  async (method) => {
    const reasons: unknown[] = [];
    const service = rawService({
      async *stream(_, { signal }) {
        await new Promise((resolve) => signal.addEventListener("abort", resolve));
        reasons.push(signal.reason);
        yield bytes(1);
      },
    });
    const headers = { "content-type": "application/grpc-web-text" };
    const call = new TestCall(service, { path: `/test.Service/${method}`, headers });
    call.inbound.receive(utf8("!!!!"));
    await call.check();
    expect(call.out.calls).toEqual(["respond"]);
    expect(reasons).toEqual([expect.objectContaining({ code: GrpcStatusCode.INTERNAL })]);
  },
);

test("a fault of the client's is no matter for onError, nor for mapError", async () => {
  const [onError, mapError] = [vi.fn(), vi.fn()];
  const options = { onError, mapError };
  for (const path of ["/test.Service/Unary", "/test.Service/Bidi"]) {
    const call = new TestCall(echoService(), { path, options });
    call.inbound.receive(frame(bytes(1), 2));
    await call.out.ended;
    expect(call.status.code).toBe(GrpcStatusCode.INTERNAL);
  }
  expect(onError).not.toHaveBeenCalled();
  expect(mapError).not.toHaveBeenCalled();
});

test("one faulty call does not harm the next", async () => {
  const handler = createFetchHandler(echoService());
  expect((await callWeb(handler, { body: Uint8Array.from([9]) })).code).toBe(GrpcStatusCode.INTERNAL);
  expect((await callWeb(handler, { messages: [bytes(5)] })).messages).toEqual([bytes(5)]);
});
