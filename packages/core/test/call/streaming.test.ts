import { expect, test, vi } from "vitest";
import type { Metadata } from "../../src/metadata.ts";
import { GrpcResponse } from "../../src/response.ts";
import { GrpcStatusCode } from "../../src/status.ts";
import { bytes } from "../support/bytes.ts";
import { TestCall } from "../support/call.ts";
import { forbidUnhandledRejections, settle } from "../support/hygiene.ts";
import { rawService } from "../support/services.ts";

forbidUnhandledRejections();

const PATH = "/test.Service/Bidi";

test("messages that come without waiting go out together, in few writes", async () => {
  const service = rawService({
    async *stream() {
      for (let at = 0; at < 1000; at++) yield bytes(at & 0xff);
    },
  });
  const call = new TestCall(service, { path: PATH });
  await call.out.ended;
  expect(call.messages).toHaveLength(1000);
  expect(call.out.sent.length).toBeLessThan(10);
  await call.check();
});

test.each([1, 100, 5000, 16_000])(
  "messages of %i bytes are gathered up to 16 KiB a write, no more",
  async (size) => {
    const service = rawService({
      async *stream() {
        for (let at = 0; at < 50; at++) yield new Uint8Array(size);
      },
    });
    const call = new TestCall(service, { path: PATH });
    await call.out.ended;
    expect(call.messages).toHaveLength(50);
    for (const sent of call.out.sent) {
      if (sent.type === "write") expect(sent.chunk.length).toBeLessThanOrEqual(16 * 1024);
    }
  },
);

test("a message does not wait for the next one", async () => {
  const gates = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const service = rawService({
    async *stream() {
      yield bytes(1);
      for (const [at, { promise }] of gates.entries()) {
        await promise;
        yield bytes(at + 2);
      }
    },
  });
  const call = new TestCall(service, { path: PATH });
  for (const [at, { resolve }] of gates.entries()) {
    await settle();
    expect(call.messages).toHaveLength(at + 1);
    resolve();
  }
  await call.out.ended;
  expect(call.messages).toEqual([bytes(1), bytes(2), bytes(3)]);
  expect(call.out.calls).toEqual(["start", "write", "write", "write", "finish"]);
  await call.check();
});

test("a stream that is over at once is one response", async () => {
  const service = rawService({
    async *stream({ methodName }) {
      if (methodName === "Bidi") yield* [bytes(1), bytes(2)];
    },
  });
  for (const [path, messages] of [
    [PATH, [bytes(1), bytes(2)]],
    ["/test.Service/ServerStream", []],
  ] as const) {
    const call = await new TestCall(service, { path }).finish(bytes());
    expect(call.out.calls).toEqual(["respond"]);
    expect(call.messages).toEqual(messages);
    expect(call.out.trailers.get("grpc-status")).toBe("0");
    await call.check();
  }
});

test("headers may be sent before there is a message", async () => {
  const gate = Promise.withResolvers<void>();
  const service = rawService({
    async *stream(_, context) {
      context.responseMetadata.set("x-early", "1");
      context.sendHeaders();
      context.sendHeaders();
      context.responseMetadata.set("x-late", "1");
      await gate.promise;
      yield bytes(1);
    },
  });
  const call = new TestCall(service, { path: PATH });
  await settle();
  expect(call.out.calls).toEqual(["start"]);
  expect(call.out.headers.get("x-early")).toBe("1");
  expect(call.out.headers.has("x-late")).toBe(false);
  gate.resolve();
  await call.out.ended;
  expect(call.messages).toEqual([bytes(1)]);
  await call.check();
});

test("headers that were sent leave an error to the trailers, and an empty stream to an end", async () => {
  for (const fails of [true, false]) {
    const service = rawService({
      // biome-ignore lint/correctness/useYield: it ends before its first message
      async *stream(_, context) {
        context.sendHeaders();
        if (fails) throw new DOMException("no", "NotFoundError");
      },
    });
    const call = new TestCall(service, { path: PATH });
    await call.out.ended;
    expect(call.out.calls).toEqual(["start", "finish"]);
    expect(call.status.code).toBe(fails ? GrpcStatusCode.NOT_FOUND : GrpcStatusCode.OK);
    await call.check();
  }
});

test("asking for headers does nothing once the call is over, and in calls of one message", async () => {
  const late = Promise.withResolvers<() => void>();
  const service = rawService({
    unary(_, context) {
      context.sendHeaders();
      return new GrpcResponse({ payload: bytes(1) });
    },
    async *stream(_, context) {
      late.resolve(() => context.sendHeaders());
      await new Promise(() => {});
      yield bytes();
    },
  });
  const unary = await new TestCall(service).finish(bytes());
  expect(unary.out.calls).toEqual(["respond"]);
  const call = new TestCall(service, { path: PATH });
  const sendHeaders = await late.promise;
  call.cancel();
  sendHeaders();
  await call.check();
  expect(call.out.calls).toEqual([]);
});

test("metadata goes out with the first message, trailers with the status", async () => {
  const service = rawService({
    async *stream(_, { responseMetadata, responseTrailers }) {
      responseMetadata.set("x-leading", "1").append("x-bin", bytes(1));
      yield bytes(1);
      await settle();
      responseTrailers.append("x-trailing", "2").append("x-trailing", "3");
    },
  });
  const call = new TestCall(service, { path: PATH });
  await call.out.ended;
  expect(call.out.headers.get("x-leading")).toBe("1");
  expect(call.out.headers.get("x-bin")).toBe("AQ");
  expect(call.out.trailers.get("x-trailing")).toBe("2, 3");
  expect(call.out.headers.has("x-trailing")).toBe(false);
  await call.check();
});

test("what a unary handler puts into its response and into its context arrives", async () => {
  const service = rawService({
    unary(_, { responseMetadata, responseTrailers }) {
      responseMetadata.set("x-context", "1");
      responseTrailers.set("x-context-trailer", "2");
      return new GrpcResponse({
        payload: bytes(),
        metadata: { "x-response": "3" },
        trailers: { "x-response-trailer": "4" },
      });
    },
  });
  const { out } = await new TestCall(service).finish(bytes());
  expect([out.headers.get("x-context"), out.headers.get("x-response")]).toEqual(["1", "3"]);
  expect([out.trailers.get("x-context-trailer"), out.trailers.get("x-response-trailer")]).toEqual(["2", "4"]);
});

test("the context tells of the call", async () => {
  const service = rawService({
    unary(_, context) {
      expect(context).toMatchObject({
        serviceName: "test.Service",
        methodName: "Unary",
        kind: "unary",
        protocol: "grpc",
        peer: "host:1",
        platform: { env: 1 },
      });
      expect(context.metadata.toJSON()).toEqual({ "x-one": "1", "x-bin": "AQ==" });
      expect(() => (context.metadata as Metadata).set("x-one", "2")).toThrow(
        "received metadata is read-only",
      );
      return new GrpcResponse({ payload: bytes() });
    },
  });
  const headers = { "x-one": "1", "x-bin": "AQ", "grpc-accept-encoding": "gzip" };
  const call = await new TestCall(service, { headers, peer: "host:1", platform: { env: 1 } }).finish(bytes());
  expect(call.status).toEqual({ code: GrpcStatusCode.OK, message: "" });
});

test("the context's methods may be taken out of it", async () => {
  const onError = vi.fn();
  const service = rawService({
    async *stream(_, { timeRemainingMs, sendHeaders, waitUntil }) {
      sendHeaders();
      expect(timeRemainingMs()).toBe(Number.POSITIVE_INFINITY);
      waitUntil(Promise.reject(new Error("later")));
      yield bytes(1);
    },
  });
  const call = new TestCall(service, { path: PATH, options: { onError } });
  await call.out.ended;
  await call.check();
  expect(call.status.code).toBe(GrpcStatusCode.OK);
  expect(call.out.calls[0]).toBe("start");
  expect(onError).toHaveBeenCalledExactlyOnceWith(new Error("later"), expect.anything());
});

test("a unary call that can be answered at once is, inside end()", () => {
  const service = rawService({ unary: ({ payload }) => new GrpcResponse({ payload }) });
  const call = new TestCall(service);
  call.send(bytes(1));
  expect(call.out.isEnded).toBe(false);
  call.inbound.end();
  expect(call.out.isEnded).toBe(true);
});

test("a stream of requests may be refused inside accept", () => {
  const service = rawService({
    stream() {
      throw new DOMException("no", "NotAllowedError");
    },
  });
  const call = new TestCall(service, { path: "/test.Service/ClientStream" });
  expect(call.out.isEnded).toBe(true);
  expect(call.status.code).toBe(GrpcStatusCode.PERMISSION_DENIED);
});
