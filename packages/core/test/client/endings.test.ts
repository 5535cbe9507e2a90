import { setTimeout as delay } from "node:timers/promises";
import { describe, expect, test, vi } from "vitest";
import { createRawClient, type RawClient } from "../../src/client.ts";
import type { CallContext } from "../../src/context.ts";
import { GrpcError } from "../../src/error.ts";
import type { ReadonlyMetadata } from "../../src/metadata.ts";
import { GrpcResponse } from "../../src/response.ts";
import { GrpcStatusCode } from "../../src/status.ts";
import { createFetchHandler } from "../../src/web/fetch-handler.ts";
import { bytes, text, utf8 } from "../support/bytes.ts";
import { BASE_URL, failureOf, PROTOCOLS, rawClient } from "../support/client.ts";
import { forbidUnhandledRejections, settle } from "../support/hygiene.ts";
import { echoService, rawService } from "../support/services.ts";

forbidUnhandledRejections();

const KINDS = ["unary", "serverStreaming", "clientStreaming", "bidiStreaming"] as const;
const METHODS = {
  unary: "Unary",
  serverStreaming: "ServerStream",
  clientStreaming: "ClientStream",
  bidiStreaming: "Bidi",
} as const;

type Options = Parameters<RawClient["unary"]>[3];

/** A call of any kind, to its end. */
async function run(client: RawClient, kind: (typeof KINDS)[number], options?: Options): Promise<unknown> {
  const one = bytes(1);
  if (kind === "unary") return client.unary("test.Service", METHODS[kind], one, options);
  if (kind === "clientStreaming") return client[kind]("test.Service", METHODS[kind], [one], options);
  if (kind === "bidiStreaming")
    return Array.fromAsync(client[kind]("test.Service", METHODS[kind], [one], options));
  return Array.fromAsync(client[kind]("test.Service", METHODS[kind], one, options));
}

/** A service that never answers, and what its handlers saw of the call's end. */
function silentService() {
  const ends: string[] = [];
  const untilEnd = (context: CallContext): Promise<never> =>
    new Promise((_, reject) => {
      context.signal.addEventListener("abort", () => {
        ends.push(context.signal.reason.codeName);
        reject(context.signal.reason);
      });
    });
  const service = rawService({
    unary: (_, context) => untilEnd(context),
    async *stream(_, context) {
      yield await untilEnd(context);
    },
  });
  return { service, ends };
}

/** A server that takes every request and answers none, and does not look at signals either. */
const deaf = (): Promise<Response> => new Promise(() => {});
/** One whose responses have a head and then nothing. */
const stuck = async (): Promise<Response> =>
  new Response(new ReadableStream(), { headers: { "content-type": "application/grpc-web" } });

describe.each(KINDS)("%s", (kind) => {
  describe.each(PROTOCOLS)("%s", (protocol) => {
    test("a deadline passes", async () => {
      const { service, ends } = silentService();
      const client = rawClient(service, { protocol });
      const error = await failureOf(run(client, kind, { timeoutMs: 30 }));
      expect(error.codeName).toBe("DEADLINE_EXCEEDED");
      await vi.waitFor(() => expect(ends).toHaveLength(1));
    });

    test("the caller cancels, and the server hears of it", async () => {
      const { service, ends } = silentService();
      const controller = new AbortController();
      const failing = failureOf(run(rawClient(service, { protocol }), kind, { signal: controller.signal }));
      await settle();
      controller.abort("enough");
      const error = await failing;
      expect(error.codeName).toBe("CANCELLED");
      expect(error.cause).toBe("enough");
      await vi.waitFor(() => expect(ends).toEqual(["CANCELLED"]));
    });
  });

  test.each([
    ["that never answers", deaf],
    ["that never finishes", stuck],
  ])("a server %s", async (_, fetch) => {
    const client = createRawClient({ baseUrl: BASE_URL, fetch });
    expect((await failureOf(run(client, kind, { timeoutMs: 20 }))).codeName).toBe("DEADLINE_EXCEEDED");
    const controller = new AbortController();
    setTimeout(() => controller.abort(), 20);
    const cancelled = await failureOf(run(client, kind, { signal: controller.signal }));
    expect(cancelled.codeName).toBe("CANCELLED");
  });

  test.each<[string, Options, string]>([
    ["no time", { timeoutMs: 0 }, "DEADLINE_EXCEEDED"],
    ["less than no time", { timeoutMs: -1 }, "DEADLINE_EXCEEDED"],
    ["a signal that has aborted", { signal: AbortSignal.abort() }, "CANCELLED"],
  ])("with %s, nothing is sent", async (_, options, code) => {
    const fetch = vi.fn(deaf);
    const error = await failureOf(run(createRawClient({ baseUrl: BASE_URL, fetch }), kind, options));
    expect(error.codeName).toBe(code);
    expect(fetch).not.toHaveBeenCalled();
  });

  test("a request is given up with its call, and told why", async () => {
    const sent: Request[] = [];
    const fetch = (request: Request): Promise<Response> => {
      sent.push(request);
      return deaf();
    };
    await failureOf(run(createRawClient({ baseUrl: BASE_URL, fetch }), kind, { timeoutMs: 20 }));
    expect(sent.map(({ signal }) => signal.reason)).toEqual([
      expect.objectContaining({ code: GrpcStatusCode.DEADLINE_EXCEEDED }),
    ]);
  });

  test("a request is not given up where its call succeeds", async () => {
    const sent: Request[] = [];
    const handler = createFetchHandler(echoService());
    const fetch = (request: Request): Promise<Response> => {
      sent.push(request);
      return handler(request);
    };
    await run(createRawClient({ baseUrl: BASE_URL, fetch }), kind);
    await settle();
    expect(sent.map(({ signal }) => signal.aborted)).toEqual([false]);
  });

  test("nothing stays with the caller's signal or the clock", async () => {
    const { signal } = new AbortController();
    const added = vi.spyOn(signal, "addEventListener");
    const removed = vi.spyOn(signal, "removeEventListener");
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    const failing = createRawClient({
      baseUrl: BASE_URL,
      fetch: async () => new Response(null, { status: 404 }),
    });
    for (const client of [rawClient(echoService()), failing]) {
      await run(client, kind, { signal, timeoutMs: 60_000 }).catch(() => {});
    }
    expect(added).toHaveBeenCalledTimes(2);
    expect(removed.mock.calls).toEqual(expect.arrayContaining(added.mock.calls));
    expect(vi.getTimerCount()).toBe(0);
  });

  test("the body of a response that is refused is let go", async () => {
    const cancel = vi.fn();
    const fetch = async () => new Response(new ReadableStream({ cancel }), { status: 503 });
    await failureOf(run(createRawClient({ baseUrl: BASE_URL, fetch }), kind));
    await vi.waitFor(() => expect(cancel).toHaveBeenCalledOnce());
  });

  test("a response that comes too late is let go", async () => {
    const cancel = vi.fn();
    const fetch = async () => {
      await delay(50);
      return new Response(new ReadableStream({ cancel }));
    };
    await failureOf(run(createRawClient({ baseUrl: BASE_URL, fetch }), kind, { timeoutMs: 10 }));
    await vi.waitFor(() => expect(cancel).toHaveBeenCalledOnce());
  });
});

describe("why a signal aborted", () => {
  const codeFor = async (reason: unknown) => {
    const client = createRawClient({ baseUrl: BASE_URL, fetch: deaf });
    return (await failureOf(client.unary("a.B", "C", bytes(), { signal: AbortSignal.abort(reason) })))
      .codeName;
  };

  test.each([
    ["AbortSignal.timeout", new DOMException("", "TimeoutError"), "DEADLINE_EXCEEDED"],
    ["abort()", new DOMException("", "AbortError"), "CANCELLED"],
    ["another call's deadline", new GrpcError(GrpcStatusCode.DEADLINE_EXCEEDED, "late"), "DEADLINE_EXCEEDED"],
    ["a server that stops", new GrpcError(GrpcStatusCode.UNAVAILABLE, "stop"), "UNAVAILABLE"],
    ["anything else", new Error("oops"), "CANCELLED"],
  ])("%s", async (_, reason, code) => {
    expect(await codeFor(reason)).toBe(code);
  });
});

describe("time", () => {
  test("the default is for calls that set none", async () => {
    const client = createRawClient({ baseUrl: BASE_URL, fetch: deaf, defaultTimeoutMs: 10 });
    expect((await failureOf(client.unary("a.B", "C", bytes()))).codeName).toBe("DEADLINE_EXCEEDED");
    const controller = new AbortController();
    setTimeout(() => controller.abort(), 40);
    const patient = client.unary("a.B", "C", bytes(), {
      timeoutMs: Number.POSITIVE_INFINITY,
      signal: controller.signal,
    });
    expect((await failureOf(patient)).codeName).toBe("CANCELLED");
  });

  test("more than a timer takes does not pass at once", async () => {
    const client = rawClient(echoService());
    const message = await client.unary("test.Service", "Unary", utf8("a"), { timeoutMs: 2 ** 40 });
    expect(text(message)).toBe("a");
  });

  test("the deadline of a stream holds between messages", async () => {
    const service = rawService({
      async *stream() {
        yield bytes(1);
        await new Promise(() => {});
      },
    });
    const seen: Uint8Array[] = [];
    const reading = (async () => {
      const messages = rawClient(service).serverStreaming("test.Service", "ServerStream", bytes(), {
        timeoutMs: 50,
      });
      for await (const message of messages) seen.push(message);
    })();
    expect((await failureOf(reading)).codeName).toBe("DEADLINE_EXCEEDED");
    expect(seen).toEqual([bytes(1)]);
  });
});

describe("streams that are not read to their end", () => {
  /** Endless, and says when its handler was let go. */
  function endless() {
    const state = { sent: 0, isOver: false };
    const service = rawService({
      async *stream() {
        try {
          for (;;) {
            yield new Uint8Array(10_000);
            state.sent++;
            await delay(0);
          }
        } finally {
          state.isOver = true;
        }
      },
    });
    return { state, service };
  }

  test.each(PROTOCOLS)("a loop that is left cancels the call: %s", async (protocol) => {
    const { service, state } = endless();
    for await (const message of rawClient(service, { protocol }).serverStreaming(
      "test.Service",
      "ServerStream",
      bytes(),
    )) {
      expect(message).toHaveLength(10_000);
      break;
    }
    await vi.waitFor(() => expect(state.isOver).toBe(true));
  });

  test("return() reaches a read that waits", async () => {
    const { service, ends } = silentService();
    const messages = rawClient(service)
      .serverStreaming("test.Service", "ServerStream", bytes())
      [Symbol.asyncIterator]();
    const waiting = failureOf(Promise.resolve(messages.next()));
    await settle();
    expect(await messages.return?.()).toEqual({ done: true, value: undefined });
    expect((await waiting).codeName).toBe("CANCELLED");
    await vi.waitFor(() => expect(ends).toEqual(["CANCELLED"]));
    expect(await messages.next()).toEqual({ done: true, value: undefined });
  });

  test("what no one reads is not sent", async () => {
    const fetch = vi.fn(deaf);
    const messages = createRawClient({ baseUrl: BASE_URL, fetch }).serverStreaming("a.B", "C", bytes());
    expect(await messages[Symbol.asyncIterator]().return?.()).toEqual({ done: true, value: undefined });
    await settle();
    expect(fetch).not.toHaveBeenCalled();
  });

  test("a slow reader slows the server down", async () => {
    const { service, state } = endless();
    const messages = rawClient(service, { compression: false })
      .serverStreaming("test.Service", "ServerStream", bytes())
      [Symbol.asyncIterator]();
    await messages.next();
    await delay(200);
    expect(state.sent).toBeLessThan(40);
    await messages.return?.();
  });
});

describe("streams of requests", () => {
  const sinkhole = rawService({
    async *stream({ messages }) {
      let count = 0;
      for await (const _ of messages) count++;
      yield bytes(count);
    },
  });

  /** Answers without a look at the request. */
  const sevens = rawService({
    async *stream() {
      yield bytes(7);
    },
  });

  test.each([true, false])("a source that fails ends the call, streamed: %s", async (streamRequests) => {
    async function* source() {
      yield bytes(1);
      throw new Error("disk on fire");
    }
    const client = rawClient(sinkhole, { streamRequests });
    const error = await failureOf(client.clientStreaming("test.Service", "ClientStream", source()));
    expect(error.codeName).toBe("CANCELLED");
    expect(error.message).toBe("the stream of request messages failed: disk on fire");
    expect(error.cause).toEqual(new Error("disk on fire"));
  });

  test("a source may say itself what is wrong", async () => {
    async function* source(): AsyncGenerator<Uint8Array> {
      yield bytes(1);
      throw new GrpcError(GrpcStatusCode.DATA_LOSS, "disk on fire");
    }
    const error = await failureOf(
      rawClient(sinkhole).clientStreaming("test.Service", "ClientStream", source()),
    );
    expect(error.codeName).toBe("DATA_LOSS");
  });

  test("a message that cannot be sent ends the call", async () => {
    // @ts-expect-error: a string where bytes belong
    const failing = rawClient(sinkhole).clientStreaming("test.Service", "ClientStream", [bytes(1), "text"]);
    expect((await failureOf(failing)).message).toContain("a raw client sends Uint8Array messages");
  });

  test("a source is let go when the server has answered without it", async () => {
    const released = vi.fn();
    async function* source() {
      try {
        for (;;) {
          yield bytes(1);
          await delay(1);
        }
      } finally {
        released();
      }
    }
    expect(await rawClient(sevens).clientStreaming("test.Service", "ClientStream", source())).toEqual(
      bytes(7),
    );
    await vi.waitFor(() => expect(released).toHaveBeenCalledOnce());
  });

  test.each(PROTOCOLS)("the server's end ends the call, not that of the request, %s", async (protocol) => {
    const answered = createFetchHandler(sevens);
    // Keeps its response open, as servers of HTTP/1.1 do that still wait for the request.
    const fetch = async ({ url, headers }: Request): Promise<Response> => {
      const response = await answered(new Request(url, { method: "POST", headers }));
      const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>();
      response.body?.pipeTo(writable, { preventClose: true });
      return new Response(readable, response);
    };
    async function* source() {
      yield bytes(1);
      await new Promise(() => {});
    }
    const client = createRawClient({ baseUrl: BASE_URL, fetch, protocol });
    expect(await client.clientStreaming("test.Service", "ClientStream", source())).toEqual(bytes(7));
    const messages = client.bidiStreaming("test.Service", "Bidi", source());
    expect(await Array.fromAsync(messages)).toEqual([bytes(7)]);
  });

  test("a source is let go at the deadline", async () => {
    const released = vi.fn();
    async function* source() {
      try {
        for (;;) {
          yield bytes(1);
          await delay(1);
        }
      } finally {
        released();
      }
    }
    for (const streamRequests of [true, false]) {
      const client = rawClient(sinkhole, { streamRequests });
      const failing = client.clientStreaming("test.Service", "ClientStream", source(), { timeoutMs: 30 });
      expect((await failureOf(failing)).codeName).toBe("DEADLINE_EXCEEDED");
    }
    await vi.waitFor(() => expect(released).toHaveBeenCalledTimes(2));
  });

  test("no more is taken from the source than the server takes", async () => {
    const service = rawService({
      async *stream({ messages }, { signal }) {
        const iterator = messages[Symbol.asyncIterator]();
        await iterator.next();
        await new Promise((resolve) => signal.addEventListener("abort", resolve));
        yield bytes();
      },
    });
    let taken = 0;
    function* source() {
      for (;;) {
        taken++;
        yield new Uint8Array(10_000);
      }
    }
    const failing = rawClient(service).clientStreaming("test.Service", "ClientStream", source(), {
      timeoutMs: 100,
    });
    await failureOf(failing);
    expect(taken).toBeLessThan(40);
  });
});

test("callbacks that throw fail the call", async () => {
  const client = rawClient(rawService({ unary: () => new GrpcResponse({ payload: bytes() }) }));
  const failing = client.unary("test.Service", "Unary", bytes(), {
    onTrailers: () => {
      throw new Error("oops");
    },
  });
  const error = await failureOf(failing);
  expect([error.codeName, error.message]).toEqual(["UNKNOWN", "oops"]);
});

describe("async callbacks that fail", () => {
  const fails = async (): Promise<void> => {
    throw new Error("oops");
  };

  test("end the call", async () => {
    const started = rawService({
      async *stream(_, { signal }) {
        yield bytes(1);
        await new Promise((resolve) => signal.addEventListener("abort", resolve));
      },
    });
    const error = await failureOf(run(rawClient(started), "serverStreaming", { onHeaders: fails }));
    expect([error.codeName, error.message]).toEqual(["UNKNOWN", "oops"]);
  });

  test("end no call that is over", async () => {
    const client = rawClient(rawService({ unary: () => new GrpcResponse({ payload: bytes(1) }) }));
    const late = (): Promise<void> => settle().then(fails);
    expect(await run(client, "unary", { onTrailers: late })).toEqual(bytes(1));
    await settle();
  });
});

test("a message that is there too late is not given", async () => {
  const unpacking = Promise.withResolvers<void>();
  const unpacked = Promise.withResolvers<Uint8Array>();
  const decompress = (): Promise<Uint8Array> => {
    unpacking.resolve();
    return unpacked.promise;
  };
  const codec = { name: "x-own", compress: (plain: Uint8Array) => plain, decompress };
  const compression = { codecs: [codec], minBytes: 0 };
  const client = rawClient(echoService(), { compression }, { compression });
  const controller = new AbortController();
  const messages = client.serverStreaming("test.Service", "ServerStream", bytes(1), {
    signal: controller.signal,
  });
  const failed = failureOf(messages[Symbol.asyncIterator]().next());
  await unpacking.promise;
  controller.abort();
  unpacked.resolve(bytes(1));
  expect((await failed).codeName).toBe("CANCELLED");
});

test("a stream of requests that fails does not reach the server as one that is complete", async () => {
  const arrived = Promise.withResolvers<string>();
  const fetch = (request: Request): Promise<Response> => {
    request.arrayBuffer().then(
      () => arrived.resolve("complete"),
      () => arrived.resolve("broken"),
    );
    return deaf();
  };
  async function* source(): AsyncGenerator<Uint8Array> {
    yield bytes(1);
    throw new Error("torn");
  }
  const client = createRawClient({ baseUrl: BASE_URL, fetch });
  const failed = await failureOf(client.clientStreaming("test.Service", "ClientStream", source()));
  expect(failed.message).toContain("torn");
  expect(await arrived.promise).toBe("broken");
});

test.each(PROTOCOLS)(
  "the metadata of a stream is told once, before its first message: %s",
  async (protocol) => {
    const gate = Promise.withResolvers<void>();
    const service = rawService({
      async *stream(_, { responseMetadata, sendHeaders }) {
        responseMetadata.set("x-lead", "1");
        sendHeaders();
        await gate.promise;
        yield bytes(1);
        yield bytes(2);
      },
    });
    const told = Promise.withResolvers<string | undefined>();
    const onHeaders = vi.fn((metadata: ReadonlyMetadata) => told.resolve(metadata.get("x-lead")));
    const messages = rawClient(service, { protocol }).serverStreaming(
      "test.Service",
      "ServerStream",
      bytes(),
      {
        onHeaders,
      },
    );
    const read = Array.fromAsync(messages);
    expect(await told.promise).toBe("1");
    gate.resolve();
    expect(await read).toEqual([bytes(1), bytes(2)]);
    expect(onHeaders).toHaveBeenCalledOnce();
  },
);
