import { describe, expect, test, vi } from "vitest";
import type { CallContext } from "../../src/context.ts";
import { GrpcError } from "../../src/error.ts";
import type { AdapterOptions } from "../../src/options.ts";
import { GrpcResponse } from "../../src/response.ts";
import { GrpcStatusCode } from "../../src/status.ts";
import type { CancelReason } from "../../src/transport.ts";
import type { GrpcService } from "../../src/typed-service.ts";
import { bytes, frame } from "../support/bytes.ts";
import { TestCall } from "../support/call.ts";
import { forbidUnhandledRejections, settle } from "../support/hygiene.ts";
import { MemoryOutbound, type Sent } from "../support/outbound.ts";
import { echoService, rawService } from "../support/services.ts";

forbidUnhandledRejections();

const METHODS = ["Unary", "ServerStream", "ClientStream", "Bidi"];

/** Handlers that wait for `gate`, and what their calls looked like. */
function gated(): { service: GrpcService; contexts: CallContext[]; open: () => void } {
  const gate = Promise.withResolvers<void>();
  const contexts: CallContext[] = [];
  const service = rawService({
    async unary({ payload }, context) {
      contexts.push(context);
      await gate.promise;
      return new GrpcResponse({ payload });
    },
    async *stream({ messages }, context) {
      contexts.push(context);
      if (context.kind !== "client_streaming") yield bytes(1);
      await gate.promise;
      yield* messages;
    },
  });
  return { service, contexts, open: () => gate.resolve() };
}

describe.each<[CancelReason, GrpcStatusCode, string]>([
  ["client-reset", GrpcStatusCode.CANCELLED, "the call was cut off: client-reset"],
  ["connection-lost", GrpcStatusCode.CANCELLED, "the call was cut off: connection-lost"],
  ["shutdown", GrpcStatusCode.UNAVAILABLE, "the call was cut off: shutdown"],
])("%s", (reason, code, message) => {
  test.each(METHODS)("aborts the signal of %s with a reason that bears the code", async (method) => {
    const { service, contexts, open } = gated();
    const call = new TestCall(service, { path: `/test.Service/${method}` });
    call.send(bytes(1));
    if (method === "Unary" || method === "ServerStream") call.inbound.end();
    await settle();
    const signal = contexts[0]?.signal;
    const aborted = new Promise((resolve) => signal?.addEventListener("abort", () => resolve(signal.reason)));
    call.cancel(reason);
    expect(await aborted).toBeInstanceOf(GrpcError);
    expect(signal?.reason).toMatchObject({ code, message });
    open();
    await call.check();
  });
});

test("a signal that is asked for after the end is aborted already", async () => {
  const { service, contexts, open } = gated();
  const call = new TestCall(service);
  call.send(bytes());
  call.inbound.end();
  call.cancel("connection-lost");
  const signal = contexts[0]?.signal;
  expect(signal?.aborted).toBe(true);
  expect(signal?.reason).toMatchObject({ code: GrpcStatusCode.CANCELLED });
  expect(contexts[0]?.signal).toBe(signal);
  open();
  await call.check();
});

test.each(METHODS)(
  "the signal of %s never aborts when the call succeeds or fails by itself",
  async (method) => {
    for (const fails of [false, true]) {
      const signals: AbortSignal[] = [];
      const note = (context: CallContext): void => {
        signals.push(context.signal);
        if (fails) throw new GrpcError(GrpcStatusCode.ABORTED, "no");
      };
      const service = rawService({
        unary(_, context) {
          note(context);
          return new GrpcResponse({ payload: bytes() });
        },
        async *stream(_, context) {
          note(context);
          yield bytes();
        },
      });
      const init = { path: `/test.Service/${method}`, headers: { "grpc-timeout": "1H" } };
      const call = new TestCall(service, init);
      // Adapters may tell of the connection's end when the call is over, and while they are told.
      call.out.onSent = ({ type }) => {
        if (type === "respond" || type === "finish") call.inbound.cancel("connection-lost");
      };
      await call.finish(bytes());
      expect(call.status.code).toBe(fails ? GrpcStatusCode.ABORTED : GrpcStatusCode.OK);
      call.inbound.cancel("connection-lost");
      call.inbound.drained();
      expect(signals.map(({ aborted }) => aborted)).toEqual([false]);
      await call.check();
    }
  },
);

test.each(METHODS)(
  "the signal of %s does not abort where its response is too long to be sent",
  async (method) => {
    const signals: AbortSignal[] = [];
    const service = rawService({
      async unary(_, { signal }) {
        signals.push(signal);
        return new GrpcResponse({ payload: bytes(1, 2) });
      },
      async *stream(_, { signal }) {
        signals.push(signal);
        yield bytes(1, 2);
      },
    });
    const init = { path: `/test.Service/${method}`, options: { maxSendMessageBytes: 1 } };
    const call = await new TestCall(service, init).finish(bytes());
    expect(call.status.code).toBe(GrpcStatusCode.RESOURCE_EXHAUSTED);
    await call.check();
    expect(signals.map(({ aborted }) => aborted)).toEqual([false]);
  },
);

describe("after a cancellation the core calls nothing more", () => {
  /** The steps of a call; it is cancelled before, between and behind them. */
  const steps: ((call: TestCall) => unknown)[] = [
    (call) => call.inbound.receive(frame(bytes(1)).slice(0, 3)),
    (call) => call.inbound.receive(frame(bytes(1)).slice(3)),
    settle,
    (call) => call.inbound.end(),
    settle,
    (call) => call.drain(),
  ];

  test.each(METHODS)("%s, at every point", async (method) => {
    for (const wire of [true, false]) {
      for (let at = 0; at <= steps.length; at++) {
        const out = new MemoryOutbound();
        out.accepts = () => wire;
        const { service, open } = gated();
        const call = new TestCall(service, { path: `/test.Service/${method}`, out });
        for (const step of steps.slice(0, at)) await step(call);
        call.cancel();
        for (const step of steps.slice(at)) await step(call);
        call.inbound.cancel("shutdown");
        open();
        await call.check();
      }
    }
  });

  test("not for a handler that yields on and on", async () => {
    let yielded = 0;
    const service = rawService({
      async *stream() {
        for (;;) {
          yielded++;
          yield new Uint8Array(5000);
        }
      },
    });
    const out = new MemoryOutbound();
    out.accepts = () => false;
    const call = new TestCall(service, { path: "/test.Service/Bidi", out });
    await settle();
    const before = yielded;
    call.cancel();
    await call.check();
    expect(yielded).toBe(before);
  });

  test.each([
    ["cancelled", []],
    ["answered", ["resumeReading", "respond"]],
  ])("not to resume a request that was paused, where the call is %s", async (end, calls) => {
    const gate = Promise.withResolvers<void>();
    const service = rawService({
      async *stream({ messages }) {
        for await (const _ of messages) {
          await gate.promise;
          break;
        }
        yield bytes();
      },
    });
    const call = new TestCall(service, { path: "/test.Service/ClientStream" });
    call.send(bytes(1));
    await settle();
    expect(call.send(new Uint8Array(100_000))).toBe(false);
    if (end === "cancelled") call.cancel();
    gate.resolve();
    await call.check();
    expect(call.out.calls).toEqual(calls);
  });

  test.each(METHODS)("not where an interceptor of %s is still at work behind next()", async (method) => {
    const gate = Promise.withResolvers<void>();
    const interceptor = async (_: unknown, next: () => Promise<void>): Promise<void> => {
      await next();
      await gate.promise;
    };
    const path = `/test.Service/${method}`;
    const call = new TestCall(echoService(), { path, options: { interceptors: [interceptor] } });
    call.send(bytes(1));
    call.inbound.end();
    await settle();
    call.cancel();
    gate.resolve();
    await call.check();
  });

  test("not where a handler listens to its signal", async () => {
    const service = rawService({
      async *stream(_, { signal, sendHeaders }) {
        signal.addEventListener("abort", sendHeaders);
        await new Promise(() => {});
        yield bytes();
      },
    });
    const call = new TestCall(service, { path: "/test.Service/Bidi" });
    await settle();
    call.cancel();
    await call.check();
    expect(call.out.calls).toEqual([]);
  });

  test.each(["Unary", "ServerStream"])(
    "not the interceptors of %s, whose request is being decompressed",
    async (method) => {
      const decompressing = Promise.withResolvers<Uint8Array>();
      const codec = {
        name: "slow",
        compress: (plain: Uint8Array) => plain,
        decompress: () => decompressing.promise,
      };
      const interceptor = vi.fn((_: unknown, next: () => Promise<void>) => next());
      const call = new TestCall(echoService(), {
        path: `/test.Service/${method}`,
        headers: { "grpc-encoding": "slow" },
        options: { compression: { codecs: [codec] }, interceptors: [interceptor] },
      });
      call.send(bytes(1), 1);
      call.inbound.end();
      call.cancel();
      decompressing.resolve(bytes(1));
      await call.check();
      expect(interceptor).not.toHaveBeenCalled();
    },
  );

  test("not where the compression of the answer is under way", async () => {
    const compressing = Promise.withResolvers<void>();
    const finish = Promise.withResolvers<Uint8Array>();
    const compress = (): Promise<Uint8Array> => {
      compressing.resolve();
      return finish.promise;
    };
    const codec = { name: "slow", compress, decompress: compress };
    const options: AdapterOptions = { compression: { codecs: [codec], minBytes: 0 } };
    for (const path of ["/test.Service/Unary", "/test.Service/ServerStream"]) {
      const headers = { "grpc-accept-encoding": "slow" };
      const call = new TestCall(echoService(), { path, headers, options });
      call.send(bytes(1));
      call.inbound.end();
      await compressing.promise;
      call.cancel();
      finish.resolve(bytes(9));
      await call.check();
      expect(call.out.calls).toEqual([]);
    }
  });
});

describe("an adapter may cancel from inside a call to it", () => {
  test.each<[Sent["type"], string, boolean, number]>([
    ["start", "ServerStream", true, 1],
    ["start", "ServerStream", true, 20_000],
    ["write", "ServerStream", true, 1],
    ["write", "ServerStream", false, 1],
    ["write", "ServerStream", true, 20_000],
    ["write", "ServerStream", false, 20_000],
    ["finish", "ServerStream", true, 1],
    ["respond", "Unary", true, 1],
    ["resumeReading", "Bidi", true, 1],
  ])("%s of %s, the wire taking more: %s, messages of %i bytes", async (point, method, accepts, size) => {
    const out = new MemoryOutbound();
    out.accepts = () => accepts;
    const settled: string[] = [];
    const service = rawService({
      unary: ({ payload }) => new GrpcResponse({ payload }),
      async *stream({ messages }) {
        try {
          for await (const message of messages) {
            await settle();
            yield message;
            await settle();
          }
          yield bytes(2);
        } finally {
          settled.push("handler");
        }
      },
    });
    const options: AdapterOptions = {
      interceptors: [(_, next) => next().finally(() => void settled.push("interceptor"))],
    };
    const call = new TestCall(service, { path: `/test.Service/${method}`, out, options });
    out.onSent = ({ type }) => {
      if (type === point) call.cancel();
    };
    call.send(new Uint8Array(size));
    await settle();
    if (method === "Bidi") call.send(new Uint8Array(100_000));
    else call.inbound.end();
    for (let turn = 0; turn < 10; turn++) await settle();
    expect(out.calls).toContain(point);
    expect(out.violations).toEqual([]);
    // Nobody waits for what will never come.
    expect(settled.sort()).toEqual(method === "Unary" ? ["interceptor"] : ["handler", "interceptor"]);
  });
});

test("a handler that reads sees the cancellation as an error", async () => {
  const errors: unknown[] = [];
  const service = rawService({
    async *stream({ messages }) {
      try {
        for await (const message of messages) yield message;
      } catch (error) {
        errors.push(error);
        throw error;
      }
    },
  });
  for (const path of ["/test.Service/ClientStream", "/test.Service/Bidi"]) {
    const call = new TestCall(service, { path });
    await settle();
    call.cancel("connection-lost");
    await call.check();
  }
  expect(errors).toHaveLength(2);
  for (const error of errors) {
    expect(error).toMatchObject({
      code: GrpcStatusCode.CANCELLED,
      message: "the call was cut off: connection-lost",
    });
  }
});

test("a request that is not complete is not handed to a handler of one message", async () => {
  const { service, contexts } = gated();
  const call = new TestCall(service);
  call.send(bytes(1));
  call.cancel();
  call.inbound.end();
  await call.check();
  expect(contexts).toEqual([]);
});

describe("an adapter that watches its client only where it must", () => {
  const watched = (method: string, handle: (context: CallContext) => void = () => {}) => {
    const watch = vi.fn();
    const service = rawService({
      unary(_, context) {
        handle(context);
        return new GrpcResponse({ payload: bytes() });
      },
      async *stream(_, context) {
        handle(context);
        yield bytes();
      },
    });
    const out = Object.assign(new MemoryOutbound(), { watch });
    const call = new TestCall(service, { path: `/test.Service/${method}`, out });
    call.send(bytes());
    call.inbound.end();
    return watch;
  };

  test.each(["ServerStream", "Bidi"])("is told to by %s", (method) => {
    expect(watched(method)).toHaveBeenCalled();
  });

  test.each(["Unary", "ClientStream"])("is told to by a handler of %s that asks for its signal", (method) => {
    expect(watched(method)).not.toHaveBeenCalled();
    expect(watched(method, ({ signal }) => void signal)).toHaveBeenCalledOnce();
  });
});
