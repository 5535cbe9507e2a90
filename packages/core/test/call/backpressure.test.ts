import { describe, expect, test } from "vitest";
import { GrpcStatusCode } from "../../src/status.ts";
import { bytes, concat, frame } from "../support/bytes.ts";
import { TestCall } from "../support/call.ts";
import { forbidUnhandledRejections, settle } from "../support/hygiene.ts";
import { MemoryOutbound } from "../support/outbound.ts";
import { rawService } from "../support/services.ts";

forbidUnhandledRejections();

/** A handler that yields `count` messages, and how many it has given so far. */
function producer(count: number, size: number, pause: () => Promise<void> | undefined = () => undefined) {
  const given = { count: 0 };
  const service = rawService({
    async *stream() {
      for (; given.count < count; ) {
        given.count++;
        yield new Uint8Array(size).fill(given.count);
        await pause();
      }
    },
  });
  return { service, given };
}

describe("a wire that is full", () => {
  test("stops the handler until it is drained, message by message", async () => {
    const { service, given } = producer(5, 20_000);
    const out = new MemoryOutbound();
    out.accepts = () => false;
    const call = new TestCall(service, { path: "/test.Service/Bidi", out });
    for (let sent = 1; sent <= 5; sent++) {
      await settle();
      await settle();
      expect(given.count).toBe(sent);
      expect(call.messages).toHaveLength(sent);
      expect(out.isEnded).toBe(false);
      call.drain();
    }
    await out.ended;
    expect(call.messages.map(([first]) => first)).toEqual([1, 2, 3, 4, 5]);
    expect(call.status.code).toBe(GrpcStatusCode.OK);
    await call.check();
  });

  test("may be drained before it has said that it is full", async () => {
    const { service } = producer(3, 20_000);
    const call = new TestCall(service, { path: "/test.Service/Bidi" });
    call.out.accepts = () => {
      call.drain();
      return false;
    };
    await call.out.ended;
    expect(call.messages).toHaveLength(3);
    await call.check();
  });

  test.each([1, 100, 5000, 16_379, 16_380, 40_000])("loses nothing of messages of %i bytes", async (size) => {
    for (const pause of [() => undefined, settle]) {
      const { service, given } = producer(30, size, pause);
      const out = new MemoryOutbound();
      let full = false;
      out.accepts = () => {
        full = true;
        return false;
      };
      const call = new TestCall(service, { path: "/test.Service/Bidi", out });
      while (!out.isEnded) {
        await settle();
        // What is ahead of the wire is a batch and a message, not the whole stream.
        expect((given.count - call.messages.length) * size).toBeLessThanOrEqual(16 * 1024 + 2 * size);
        if (full) {
          full = false;
          call.drain();
        }
      }
      expect(call.messages.map(([first]) => first)).toEqual(Array.from({ length: 30 }, (_, at) => at + 1));
      await call.check();
    }
  });

  test.each(["application/grpc", "application/grpc-web"])(
    "takes the end without being drained: %s",
    async (type) => {
      const out = new MemoryOutbound();
      out.accepts = () => false;
      const { service } = producer(1, 10, settle);
      const call = new TestCall(service, {
        path: "/test.Service/Bidi",
        out,
        headers: { "content-type": type },
      });
      await out.ended;
      expect(call.messages[0]).toHaveLength(10);
      await call.check();
    },
  );

  test.each([10, 20_000])(
    "that fails in the middle ends with the status and nothing that waited: messages of %i bytes",
    async (size) => {
      const { service } = producer(10, size, settle);
      const out = new MemoryOutbound();
      out.accepts = () => false;
      const call = new TestCall(service, {
        path: "/test.Service/Bidi",
        out,
        headers: { "grpc-timeout": "20m" },
      });
      await out.ended;
      expect(call.messages).toHaveLength(1);
      expect(call.status.code).toBe(GrpcStatusCode.DEADLINE_EXCEEDED);
      await call.check();
    },
  );

  test("may be drained when nothing waits", async () => {
    const { service } = producer(2, 10, settle);
    const call = new TestCall(service, { path: "/test.Service/Bidi" });
    for (let at = 0; at < 4; at++) {
      call.drain();
      await settle();
    }
    await call.out.ended;
    call.inbound.drained();
    expect(call.messages).toHaveLength(2);
    await call.check();
  });
});

describe("a handler that does not read", () => {
  /** A handler that reads a message whenever `read` is called. */
  function reader() {
    const asked: (() => void)[] = [];
    const got: number[] = [];
    const service = rawService({
      async *stream({ messages }) {
        const iterator = messages[Symbol.asyncIterator]();
        for (;;) {
          await new Promise<void>((resolve) => asked.push(resolve));
          const step = await iterator.next();
          if (step.done === true) break;
          got.push(step.value.length);
        }
        yield bytes(got.length);
      },
    });
    const read = async (): Promise<void> => {
      asked.shift()?.();
      await settle();
    };
    return { service, got, read };
  }

  test("pauses the sender beyond 64 KiB, and lets it go on when it wants more than is there", async () => {
    const { service, got, read } = reader();
    const call = new TestCall(service, { path: "/test.Service/ClientStream" });
    await settle();
    const message = frame(new Uint8Array(32 * 1024 - 5));
    expect(call.inbound.receive(message)).toBe(true);
    expect(call.inbound.receive(message)).toBe(true);
    expect(call.inbound.receive(message)).toBe(false);
    for (let at = 1; at <= 3; at++) {
      expect(call.out.calls).toEqual([]);
      await read();
      expect(got).toHaveLength(at);
    }
    await read();
    expect(call.out.calls).toEqual(["resumeReading"]);
    expect(call.inbound.receive(message)).toBe(true);
    await settle();
    expect(got).toHaveLength(4);
    call.inbound.end();
    await read();
    await call.out.ended;
    expect(call.messages).toEqual([bytes(4)]);
    await call.check();
  });

  test("does not pause the sender of a long message that it waits for", async () => {
    const { service, got, read } = reader();
    const call = new TestCall(service, { path: "/test.Service/ClientStream" });
    await settle();
    await read();
    const message = frame(new Uint8Array(1_000_000));
    for (let at = 0; at < message.length; at += 50_000) {
      expect(call.inbound.receive(message.subarray(at, at + 50_000))).toBe(true);
    }
    await settle();
    expect(got).toEqual([1_000_000]);
    call.cancel();
    await call.check();
  });

  test("resumes once for a long message of which the beginning is there", async () => {
    const { service, got, read } = reader();
    const call = new TestCall(service, { path: "/test.Service/ClientStream" });
    await settle();
    const message = frame(new Uint8Array(200_000));
    expect(call.inbound.receive(message.subarray(0, 100_000))).toBe(false);
    await read();
    expect(call.out.calls).toEqual(["resumeReading"]);
    expect(call.inbound.receive(message.subarray(100_000))).toBe(true);
    await settle();
    expect(got).toEqual([200_000]);
    call.cancel();
    await call.check();
  });
});

test("a handler that ignores its messages ends as it likes, and the sender is not held up", async () => {
  const service = rawService({
    async *stream() {
      await settle();
      yield bytes(1);
    },
  });
  for (const method of ["ClientStream", "Bidi"]) {
    const call = new TestCall(service, { path: `/test.Service/${method}` });
    expect(call.send(new Uint8Array(100_000))).toBe(false);
    await call.out.ended;
    expect(call.status.code).toBe(GrpcStatusCode.OK);
    expect(call.inbound.receive(concat(bytes(9), frame(bytes(1))))).toBe(true);
    call.inbound.end();
    await call.check();
  }
});

test("a handler that stops reading early lets the rest go by", async () => {
  const gate = Promise.withResolvers<void>();
  const service = rawService({
    async *stream({ messages }) {
      for await (const message of messages) {
        yield message;
        break;
      }
      await gate.promise;
      yield bytes(2);
    },
  });
  const call = new TestCall(service, { path: "/test.Service/Bidi" });
  call.send(bytes(1));
  await settle();
  for (let at = 0; at < 10; at++) expect(call.send(new Uint8Array(100_000))).toBe(true);
  // Not even a fault matters any more.
  expect(call.inbound.receive(bytes(0xff, 0xff, 0xff, 0xff, 0xff))).toBe(true);
  gate.resolve();
  await call.out.ended;
  expect(call.messages).toEqual([bytes(1), bytes(2)]);
  expect(call.status.code).toBe(GrpcStatusCode.OK);
  await call.check();
});

test("a handler may ask for messages and not wait for them", async () => {
  const service = rawService({
    async *stream({ messages }) {
      const iterator = messages[Symbol.asyncIterator]();
      const [first] = [iterator.next(), iterator.next(), iterator.next()];
      const step = await first;
      // What is there already is not waited for either.
      void iterator.next();
      if (step.done !== true) yield step.value;
    },
  });
  for (const fate of ["ends", "cancelled", "faulty"]) {
    const call = new TestCall(service, { path: "/test.Service/Bidi", options: { onError: () => {} } });
    if (fate === "faulty") call.inbound.receive(bytes(9, 9, 9, 9, 9));
    else call.send(bytes(1));
    if (fate === "cancelled") call.cancel();
    await call.check();
  }
});

describe("a handler that reads message by message", () => {
  type Messages = AsyncIterator<Uint8Array>;

  /** What three reads of a stream give: a message, its end, or why it failed. */
  function reading(
    read: (messages: Messages) => Promise<PromiseSettledResult<IteratorResult<Uint8Array>>[]>,
  ) {
    const seen = Promise.withResolvers<unknown[]>();
    const service = rawService({
      async *stream({ messages }) {
        const results = await read(messages[Symbol.asyncIterator]());
        seen.resolve(
          results.map((result) =>
            result.status === "rejected"
              ? result.reason.message
              : result.value.done
                ? "end"
                : result.value.value,
          ),
        );
      },
    });
    return { service, seen: seen.promise };
  }
  const atOnce = (messages: Messages) =>
    Promise.allSettled([messages.next(), messages.next(), messages.next()]);
  const inTurn = async (messages: Messages) => {
    const results = [];
    for (let at = 0; at < 3; at++) results.push(...(await Promise.allSettled([messages.next()])));
    return results;
  };
  const unknownFlags = frame(bytes(9), 4);

  test.each([
    [
      "messages that come together",
      concat(frame(bytes(1)), frame(bytes(2)), frame(bytes(3))),
      [bytes(1), bytes(2), bytes(3)],
    ],
    ["a message and the end", frame(bytes(1)), [bytes(1), "end", "end"]],
    [
      "a message and a fault",
      concat(frame(bytes(1)), unknownFlags),
      [bytes(1), "unknown message flags 0x04", "unknown message flags 0x04"],
    ],
  ])("gets %s, reading ahead or not", async (_, body, expected) => {
    for (const read of [atOnce, inTurn]) {
      const { service, seen } = reading(read);
      const call = new TestCall(service, { path: "/test.Service/Bidi" });
      call.inbound.receive(body);
      call.inbound.end();
      expect(await seen).toEqual(expected);
      await call.check();
    }
  });

  test("does not get what is behind a message that is corrupt", async () => {
    const { service, seen } = reading(inTurn);
    const decompress = (): Promise<never> => Promise.reject(new Error("not packed"));
    const codec = { name: "x-own", compress: (plain: Uint8Array) => plain, decompress };
    const call = new TestCall(service, {
      path: "/test.Service/Bidi",
      headers: { "grpc-encoding": "x-own" },
      options: { compression: { codecs: [codec] } },
    });
    call.inbound.receive(concat(frame(bytes(1)), frame(bytes(2), 1), frame(bytes(3))));
    const fault = "the request message is not valid x-own";
    expect(await seen).toEqual([bytes(1), fault, fault]);
    await call.check();
  });

  test("and stops while one is on its way has the end of that read", async () => {
    const { service, seen } = reading((messages) =>
      Promise.allSettled([messages.next(), messages.return?.() ?? messages.next(), messages.next()]),
    );
    const call = new TestCall(service, { path: "/test.Service/Bidi" });
    expect(await seen).toEqual(["end", "end", "end"]);
    await call.check();
  });

  test("lets a sender that was paused go on once, however many it asks for", async () => {
    const gate = Promise.withResolvers<void>();
    const { service } = reading(async (messages) => {
      await gate.promise;
      return await atOnce(messages);
    });
    const call = new TestCall(service, { path: "/test.Service/Bidi" });
    expect(call.inbound.receive(frame(new Uint8Array(200_000)).subarray(0, 100_000))).toBe(false);
    gate.resolve();
    await settle();
    expect(call.out.calls).toEqual(["resumeReading"]);
    call.cancel();
    await call.check();
  });
});
