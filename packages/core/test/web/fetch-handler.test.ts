import v8 from "node:v8";
import vm from "node:vm";
import { describe, expect, test, vi } from "vitest";
import type { CallContext } from "../../src/context.ts";
import { GrpcResponse } from "../../src/response.ts";
import { GrpcStatusCode } from "../../src/status.ts";
import { GrpcService } from "../../src/typed-service.ts";
import { createFetchHandler } from "../../src/web/fetch-handler.ts";
import { bytes, frame } from "../support/bytes.ts";
import { forbidUnhandledRejections, settle } from "../support/hygiene.ts";
import { echoService, rawService } from "../support/services.ts";
import { answerOf, callWeb, webRequest } from "../support/web.ts";

forbidUnhandledRejections();

const PATH = "/test.Service/Bidi";

/** A request body that a test writes to. */
function pushed(): {
  body: ReadableStream<Uint8Array>;
  push: ReadableStreamDefaultController<Uint8Array>;
  cancelled: Promise<unknown>;
} {
  const cancelled = Promise.withResolvers<unknown>();
  const made: { push?: ReadableStreamDefaultController<Uint8Array> } = {};
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      made.push = controller;
    },
    cancel: cancelled.resolve,
  });
  if (made.push === undefined) throw new Error("a stream starts at once");
  return { body, push: made.push, cancelled: cancelled.promise };
}

/** Yields for ever, and tells how far it came and that it was stopped. */
function endless() {
  const ended = Promise.withResolvers<CallContext>();
  const given = { count: 0 };
  const service = rawService({
    async *stream(_, context) {
      try {
        for (;;) {
          // Without a limit, a test of backpressure that fails would hang instead.
          if (++given.count > 10_000) throw new Error("nothing stops the handler");
          yield new Uint8Array(20_000);
        }
      } finally {
        ended.resolve(context);
      }
    },
  });
  return { service, ended: ended.promise, given };
}

test("hands the platform to handlers", async () => {
  const platforms: unknown[] = [];
  const service = rawService({
    unary(_, { platform, peer }) {
      platforms.push(platform, peer);
      return new GrpcResponse({ payload: bytes() });
    },
  });
  const handler = createFetchHandler(service);
  await callWeb(handler, { platform: { env: 1 } });
  await handler(webRequest());
  expect(platforms).toEqual([{ env: 1 }, undefined, undefined, undefined]);
});

test("answers a bidirectional stream while the request is on its way", async () => {
  const { body, push } = pushed();
  const response = createFetchHandler(echoService())(webRequest({ path: PATH, body }));
  push.enqueue(frame(bytes(1)));
  const reader = (await response).body?.getReader();
  expect((await reader?.read())?.value).toEqual(frame(bytes(1)));
  push.enqueue(frame(bytes()));
  expect((await reader?.read())?.value).toEqual(frame(bytes()));
  push.enqueue(frame(bytes(2)));
  expect((await reader?.read())?.value).toEqual(frame(bytes(2)));
  push.close();
  const last = (await reader?.read())?.value ?? bytes();
  expect(answerOf(await response, last).code).toBe(GrpcStatusCode.OK);
  expect((await reader?.read())?.done).toBe(true);
});

describe("backpressure", () => {
  test("a client that does not read stops the handler", async () => {
    const { service, ended, given } = endless();
    const response = await createFetchHandler(service)(webRequest({ path: PATH }));
    await settle();
    const ahead = given.count;
    expect(ahead).toBeLessThan(20);
    await settle();
    expect(given.count).toBe(ahead);
    const reader = response.body?.getReader();
    for (let at = 0; at < 20; at++) await reader?.read();
    await settle();
    expect(given.count).toBeGreaterThan(ahead);
    expect(given.count).toBeLessThan(ahead + 50);
    await reader?.cancel();
    await ended;
  });

  test("a handler that does not read stops the request", async () => {
    const gate = Promise.withResolvers<void>();
    const service = rawService({
      async *stream({ messages }) {
        await gate.promise;
        let count = 0;
        for await (const _ of messages) if (++count === 100) break;
        yield bytes(count);
      },
    });
    let pulled = 0;
    const body = new ReadableStream<Uint8Array>({
      pull(controller) {
        pulled++;
        controller.enqueue(frame(new Uint8Array(10_000)));
      },
    });
    const answered = callWeb(createFetchHandler(service), { path: "/test.Service/ClientStream", body });
    await settle();
    const ahead = pulled;
    expect(ahead).toBeLessThan(20);
    await settle();
    expect(pulled).toBe(ahead);
    gate.resolve();
    expect(await answered).toMatchObject({ messages: [bytes(100)], code: GrpcStatusCode.OK });
  });
});

describe("a client that goes away", () => {
  test("by cancelling the response stops the handler", async () => {
    const { service, ended } = endless();
    const response = await createFetchHandler(service)(webRequest({ path: PATH }));
    await response.body?.cancel();
    const context = await ended;
    expect(context.signal.aborted).toBe(true);
    expect(context.signal.reason).toMatchObject({ code: GrpcStatusCode.CANCELLED });
  });

  test("by aborting the request stops the handler, and its response does not hang", async () => {
    const { service, ended } = endless();
    const controller = new AbortController();
    const handler = createFetchHandler(service);
    const response = await handler(webRequest({ path: PATH, signal: controller.signal }));
    const reading = Array.fromAsync(response.body ?? []).then(
      () => "complete",
      () => "broken",
    );
    controller.abort();
    expect((await ended).signal.aborted).toBe(true);
    expect(await reading).toBe("broken");
  });

  test("before the handler has an answer gets none", async () => {
    const aborted = Promise.withResolvers<unknown>();
    const started = Promise.withResolvers<void>();
    const service = rawService({
      async unary(_, { signal }) {
        signal.addEventListener("abort", () => aborted.resolve(signal.reason));
        started.resolve();
        await aborted.promise;
        return new GrpcResponse({ payload: bytes(1) });
      },
    });
    const controller = new AbortController();
    const response = createFetchHandler(service)(webRequest({ signal: controller.signal }));
    await started.promise;
    controller.abort();
    expect((await response).status).toBe(499);
    expect(await aborted.promise).toMatchObject({ code: GrpcStatusCode.CANCELLED });
  });

  test("before the call does not reach the handler", async () => {
    const unary = vi.fn(() => new GrpcResponse({ payload: bytes() }));
    const handler = createFetchHandler(rawService({ unary }));
    const response = await handler(webRequest({ signal: AbortSignal.abort() }));
    expect(response.status).toBe(499);
    await settle();
    expect(unary).not.toHaveBeenCalled();
  });

  test.each(["Unary", "ServerStream", "ClientStream", "Bidi"])(
    "in the middle of its request ends %s",
    async (method) => {
      const { body, push } = pushed();
      const response = createFetchHandler(echoService())(
        webRequest({ path: `/test.Service/${method}`, body }),
      );
      push.enqueue(frame(bytes(1)).slice(0, 3));
      await settle();
      push.error(new Error("connection reset"));
      expect((await response).status).toBe(499);
    },
  );

  test("in the middle of both halves of a stream does not leave the response open", async () => {
    const { body, push } = pushed();
    const response = await (async () => {
      push.enqueue(frame(bytes(1)));
      return createFetchHandler(echoService())(webRequest({ path: PATH, body }));
    })();
    push.error(new Error("connection reset"));
    await expect(response.arrayBuffer()).rejects.toThrow();
  });
});

test("a call that is over lets go of its request", async () => {
  const { body, push, cancelled } = pushed();
  const service = rawService({
    async *stream() {
      yield bytes(1);
    },
  });
  const handler = createFetchHandler(service);
  const answer = await callWeb(handler, { path: "/test.Service/ClientStream", body });
  expect(answer.messages).toEqual([bytes(1)]);
  push.enqueue(frame(bytes(2)));
  await cancelled;
});

test("a call that is over lets go of a request that it had paused", async () => {
  const { body, push, cancelled } = pushed();
  const service = rawService({
    async *stream() {
      await settle();
      yield bytes(1);
    },
  });
  push.enqueue(frame(new Uint8Array(100_000)));
  await callWeb(createFetchHandler(service), { path: "/test.Service/ClientStream", body });
  await cancelled;
});

test("a call that is refused lets go of its request at once", async () => {
  for (const init of [{ path: "/no.Service/Method" }, { headers: { "content-type": "text/plain" } }]) {
    const { body, cancelled } = pushed();
    await createFetchHandler(echoService())(webRequest({ ...init, body }));
    await cancelled;
  }
});

test.each(["Unary", "Bidi"])(
  "the signal of the request keeps no listener of %s that is over",
  async (method) => {
    const controller = new AbortController();
    const request = webRequest({ path: `/test.Service/${method}`, signal: controller.signal });
    const [added, removed] = [
      vi.spyOn(request.signal, "addEventListener"),
      vi.spyOn(request.signal, "removeEventListener"),
    ];
    await (await createFetchHandler(echoService())(request)).arrayBuffer();
    expect(added).toHaveBeenCalled();
    for (const [type, listener] of added.mock.calls) expect(removed).toHaveBeenCalledWith(type, listener);
  },
);

test.each(["Unary", "Bidi"])("nothing holds %s that is over", async (method) => {
  v8.setFlagsFromString("--expose-gc");
  const collectGarbage = vm.runInNewContext("gc") as () => void;
  const handler = createFetchHandler(echoService());
  const serve = async (): Promise<WeakRef<object>> => {
    const platform = {};
    await (await handler(webRequest({ path: `/test.Service/${method}` }), platform)).arrayBuffer();
    return new WeakRef(platform);
  };
  const served = await serve();
  await settle();
  collectGarbage();
  expect(served.deref()).toBeUndefined();
});

test("a request without a body is answered", async () => {
  const handler = createFetchHandler(echoService());
  const empty = new Request("http://test/test.Service/Unary", {
    method: "POST",
    headers: { "content-type": "application/grpc-web" },
  });
  expect((await handler(empty)).status).toBe(200);
});

test.each([undefined, null, GrpcService, {}, "service"])(
  "what is no service is refused at once: %o",
  (wrong) => {
    // Types forbid it; JavaScript does not.
    expect(() => createFetchHandler(wrong as unknown as GrpcService)).toThrow(
      new TypeError("the service must be a GrpcService"),
    );
  },
);
