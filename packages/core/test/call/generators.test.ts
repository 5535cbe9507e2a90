import { afterEach, describe, expect, test, vi } from "vitest";
import { GrpcError } from "../../src/error.ts";
import type { AdapterOptions } from "../../src/options.ts";
import { GrpcStatusCode } from "../../src/status.ts";
import type { GrpcService } from "../../src/typed-service.ts";
import { bytes } from "../support/bytes.ts";
import { TestCall } from "../support/call.ts";
import { forbidUnhandledRejections, settle } from "../support/hygiene.ts";
import { rawService } from "../support/services.ts";

forbidUnhandledRejections();
afterEach(() => void vi.useRealTimers());

const PATH = "/test.Service/Bidi";

/** A generator that is left at a `yield`, at an `await` or while it reads, and notes when its `finally` ran. */
function watched(left: "at a yield" | "at an await" | "while it reads"): {
  service: GrpcService;
  ended: Promise<void>;
} {
  const ended = Promise.withResolvers<void>();
  const service = rawService({
    async *stream({ messages }, { signal }) {
      try {
        yield bytes(1);
        if (left === "at an await") {
          await new Promise((resolve) => signal.addEventListener("abort", resolve));
        } else if (left === "while it reads") for await (const _ of messages) yield bytes(2);
        else for (;;) yield new Uint8Array(20_000);
      } finally {
        ended.resolve();
      }
    },
  });
  return { service, ended: ended.promise };
}

describe.each(["at a yield", "at an await", "while it reads"] as const)(
  "`finally` runs of a generator left %s",
  (left) => {
    test("when the call is cancelled", async () => {
      const { service, ended } = watched(left);
      const call = new TestCall(service, { path: PATH });
      call.out.accepts = () => false;
      await settle();
      call.cancel();
      await ended;
      await call.check();
    });

    test("at the deadline", async () => {
      vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "Date", "performance"] });
      const { service, ended } = watched(left);
      const call = new TestCall(service, { path: PATH, headers: { "grpc-timeout": "1S" } });
      call.out.accepts = () => false;
      await settle();
      await vi.advanceTimersByTimeAsync(1001);
      await ended;
      expect(call.status.code).toBe(GrpcStatusCode.DEADLINE_EXCEEDED);
      await call.check();
    });
  },
);

test("`finally` runs when a message cannot be sent", async () => {
  const ended = vi.fn();
  const service = rawService({
    async *stream() {
      try {
        yield new Uint8Array(100);
        yield new Uint8Array(1);
      } finally {
        ended();
      }
    },
  });
  const call = new TestCall(service, { path: PATH, options: { maxSendMessageBytes: 10 } });
  await call.out.ended;
  expect(call.status.code).toBe(GrpcStatusCode.RESOURCE_EXHAUSTED);
  await call.check();
  expect(ended).toHaveBeenCalledOnce();
});

test("`finally` runs of a handler that may give one message and gives two", async () => {
  const ended = vi.fn();
  const service = rawService({
    async *stream() {
      try {
        yield bytes(1);
        yield bytes(2);
      } finally {
        ended();
      }
    },
  });
  const call = await new TestCall(service, { path: "/test.Service/ClientStream" }).finish();
  expect(call.status).toEqual({
    code: GrpcStatusCode.INTERNAL,
    message: "the handler must give exactly one message and gave more than one",
  });
  expect(ended).toHaveBeenCalledOnce();
});

test("`finally` runs when the call ends while its handler is asked for the generator", async () => {
  const ended = vi.fn();
  async function* messages() {
    try {
      yield bytes(1);
    } finally {
      ended();
    }
  }
  const service = rawService({
    stream(_, context) {
      context.sendHeaders();
      return messages();
    },
  });
  const gate = Promise.withResolvers<void>();
  const call = new TestCall(service, {
    path: PATH,
    options: { interceptors: [(_, next) => gate.promise.then(next)] },
  });
  // A platform that notices on the first write that the client is gone.
  call.out.onSent = () => call.cancel();
  gate.resolve();
  await call.check();
  expect(ended).toHaveBeenCalledOnce();
});

test("what `finally` throws goes to onError and harms nothing", async () => {
  const onError = vi.fn();
  const service = rawService({
    async *stream() {
      try {
        for (;;) yield new Uint8Array(20_000);
      } finally {
        // biome-ignore lint/correctness/noUnsafeFinally: this is what the test is about
        throw new Error("while closing");
      }
    },
  });
  const call = new TestCall(service, { path: PATH, options: { onError } });
  call.out.accepts = () => false;
  await settle();
  call.cancel();
  await call.check();
  expect(onError).toHaveBeenCalledExactlyOnceWith(
    new Error("while closing"),
    expect.objectContaining({ kind: "bidi_streaming" }),
  );
});

test("work that a cancelled handler still does is handed to the platform", async () => {
  const kept: Promise<unknown>[] = [];
  const done: string[] = [];
  const options: AdapterOptions = { waitUntil: (work) => void kept.push(work) };
  const service = rawService({
    async *stream() {
      try {
        for (;;) yield new Uint8Array(20_000);
      } finally {
        await settle();
        done.push("closed");
      }
    },
  });
  const call = new TestCall(service, { path: PATH, options });
  call.out.accepts = () => false;
  await settle();
  call.cancel();
  expect(kept).not.toEqual([]);
  await Promise.all(kept);
  expect(done).toEqual(["closed"]);
  await call.check();
});

describe("an iterable that is no generator", () => {
  test("is told to stop, once", async () => {
    const returned = vi.fn(() => Promise.resolve({ done: true as const, value: undefined }));
    const stream = () => ({
      [Symbol.asyncIterator]: () => ({
        next: async () => ({ done: false as const, value: new Uint8Array(20_000) }),
        return: returned,
      }),
    });
    const call = new TestCall(rawService({ stream }), { path: PATH });
    call.out.accepts = () => false;
    await settle();
    call.cancel();
    await call.check();
    expect(returned).toHaveBeenCalledOnce();
  });

  test("need not be able to stop, and is asked no more", async () => {
    const next = vi.fn(async () => ({ done: false as const, value: new Uint8Array(20_000) }));
    const stream = () => ({ [Symbol.asyncIterator]: () => ({ next }) });
    const call = new TestCall(rawService({ stream }), { path: PATH });
    call.out.accepts = () => false;
    await settle();
    call.cancel();
    await call.check();
    expect(next).toHaveBeenCalledOnce();
  });

  test("is not told to stop when it ended by itself", async () => {
    const returned = vi.fn();
    let left = 2;
    const stream = () => ({
      [Symbol.asyncIterator]: () => ({
        next: async () =>
          left-- > 0
            ? { done: false as const, value: bytes(left) }
            : { done: true as const, value: undefined },
        return: returned,
      }),
    });
    const call = new TestCall(rawService({ stream }), { path: PATH });
    await call.out.ended;
    expect(call.messages).toEqual([bytes(1), bytes(0)]);
    expect(returned).not.toHaveBeenCalled();
  });

  test("is not told to stop when it failed by itself", async () => {
    const returned = vi.fn();
    const stream = () => ({
      [Symbol.asyncIterator]: () => ({ next: () => Promise.reject(new Error("broken")), return: returned }),
    });
    const call = new TestCall(rawService({ stream }), { path: PATH, options: { onError: () => {} } });
    await call.out.ended;
    expect(call.status.code).toBe(GrpcStatusCode.INTERNAL);
    expect(returned).not.toHaveBeenCalled();
  });

  test("may be a list", async () => {
    const stream = () => [bytes(1), bytes(2)] as unknown as AsyncIterable<Uint8Array>;
    const call = new TestCall(rawService({ stream }), { path: PATH });
    await call.out.ended;
    expect(call.messages).toEqual([bytes(1), bytes(2)]);
  });
});

test("a ReadableStream that has nothing to give is cancelled with the call", async () => {
  const cancelled = vi.fn();
  const stream = () => new ReadableStream({ pull: () => new Promise<void>(() => {}), cancel: cancelled });
  const call = new TestCall(rawService({ stream }), { path: PATH });
  await settle();
  call.cancel();
  await call.check();
  expect(cancelled).toHaveBeenCalledOnce();
});

test("a ReadableStream is cancelled with the call", async () => {
  const cancelled = vi.fn();
  const stream = () =>
    new ReadableStream({
      pull: (controller) => controller.enqueue(new Uint8Array(20_000)),
      cancel: cancelled,
    });
  const call = new TestCall(rawService({ stream }), { path: PATH });
  call.out.accepts = () => false;
  await settle();
  call.cancel();
  await call.check();
  expect(cancelled).toHaveBeenCalledOnce();
});

test.each([
  ["known to the client is not reported", new GrpcError(GrpcStatusCode.NOT_FOUND, "no such list"), 0],
  ["kept from the client is reported once", new Error("broken"), 1],
])("a ReadableStream's error that is %s", async (_, error, reports) => {
  const onError = vi.fn();
  const stream = () => new ReadableStream({ pull: (controller) => controller.error(error) });
  const call = new TestCall(rawService({ stream }), { path: PATH, options: { onError } });
  await call.out.ended;
  await call.check();
  expect(onError).toHaveBeenCalledTimes(reports);
});

test.each([undefined, null, 5, {}, bytes])("a handler that gives %j is INTERNAL", async (value) => {
  const onError = vi.fn();
  const service = rawService({ stream: () => value as unknown as AsyncIterable<Uint8Array> });
  const call = new TestCall(service, { path: PATH, options: { onError } });
  await call.out.ended;
  expect(call.status).toEqual({ code: GrpcStatusCode.INTERNAL, message: "internal error" });
  expect(onError).toHaveBeenCalledExactlyOnceWith(expect.any(TypeError), expect.anything());
  await call.check();
});

test.each([undefined, null, "text", [1]])("a handler that yields %j is INTERNAL", async (value) => {
  const onError = vi.fn();
  const service = rawService({
    async *stream() {
      yield bytes(1);
      yield value as unknown as Uint8Array;
    },
  });
  const call = new TestCall(service, { path: PATH, options: { onError } });
  await call.out.ended;
  expect(call.messages).toEqual([bytes(1)]);
  expect(call.status.code).toBe(GrpcStatusCode.INTERNAL);
  expect(onError).toHaveBeenCalledOnce();
});
