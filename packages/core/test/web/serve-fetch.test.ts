import { beforeEach, describe, expect, onTestFinished, test, vi } from "vitest";
import { createServer } from "../../src/call/server.ts";
import { GrpcResponse } from "../../src/response.ts";
import { GrpcStatusCode } from "../../src/status.ts";
import { serverPerEnv } from "../../src/web/env-servers.ts";
import { FetchHead } from "../../src/web/fetch-head.ts";
import { serveFetch } from "../../src/web/serve-fetch.ts";
import { bytes, utf8 } from "../support/bytes.ts";
import { forbidUnhandledRejections, settle } from "../support/hygiene.ts";
import { echoService, rawService } from "../support/services.ts";
import { readWeb, webRequest } from "../support/web.ts";

forbidUnhandledRejections();

test("an adapter may say who calls, what and from where", async () => {
  const service = rawService({
    unary(_, { peer, platform, methodName }) {
      expect(platform).toEqual({ env: 1 });
      return new GrpcResponse({ payload: utf8(`${peer} ${methodName}`) });
    },
  });
  const origin = { path: "/test.Service/Unary", platform: { env: 1 } };
  const request = webRequest({ path: "/mounted/at/test.Service/Unary" });
  const traits = { peerOf: () => "10.0.0.1" };
  const answer = await readWeb(await serveFetch(createServer(service), request, origin, traits));
  expect(answer.messages).toEqual([utf8("10.0.0.1 Unary")]);
});

test.each([
  ["http://h/a.B/C", "/a.B/C", ""],
  ["http://h:80/a.B/C?x=1&y=%20", "/a.B/C", "x=1&y=%20"],
  ["https://h/a.B/C?", "/a.B/C", ""],
  ["http://h/a.B/C?x=1#fragment?", "/a.B/C", "x=1"],
  ["http://[::1]:8080/a%2EB/C//?a?b", "/a%2EB/C//", "a?b"],
  ["http://h", "/", ""],
  ["http://h?x", "/", "x"],
])("path and query of %s", (url, path, query) => {
  expect(new FetchHead(new Request(url), {}, {})).toMatchObject({ path, query });
});

test("without a word from the adapter the path is that of the URL", async () => {
  const response = await serveFetch(createServer(echoService()), webRequest({ messages: [bytes(1)] }));
  expect((await readWeb(response)).messages).toEqual([bytes(1)]);
});

test("a request whose body was read before is a mistake of whoever did that, and no client that left", async () => {
  const request = webRequest({ messages: [bytes(1)] });
  const clone = request.clone();
  await request.arrayBuffer();
  const server = createServer(echoService());
  await expect(serveFetch(server, request)).rejects.toThrow(/body is read already: use a clone$/);
  expect((await readWeb(await serveFetch(server, clone))).messages).toEqual([bytes(1)]);
});

test("bodies can be streams whatever their size, but not those of refusals", async () => {
  const traits = { mayBeConverted: () => true, cutsUploads: true };
  const server = createServer(echoService());
  const streamed = await serveFetch(server, webRequest({ messages: [bytes(1)] }), {}, traits);
  expect(await readWeb(streamed)).toMatchObject({ messages: [bytes(1)], code: GrpcStatusCode.OK });
  const refused = await serveFetch(server, webRequest({ path: "/", method: "GET" }), {}, traits);
  expect(refused.status).toBe(404);
  expect(await refused.text()).toMatch(/^malformed path "\//);
});

test("a service of bindings is made once for each set of them", async () => {
  const made: object[] = [];
  const serverFor = serverPerEnv((env: { name: string }) => {
    made.push(env);
    return rawService({ unary: () => new GrpcResponse({ payload: utf8(env.name) }) });
  }, {});
  const [first, second] = [{ name: "first" }, { name: "second" }];
  expect(serverFor(first)).toBe(serverFor(first));
  const answers = [first, second, first].map(async (env) =>
    readWeb(await serveFetch(serverFor(env), webRequest())),
  );
  expect((await Promise.all(answers)).map(({ messages }) => messages[0])).toEqual([
    utf8("first"),
    utf8("second"),
    utf8("first"),
  ]);
  expect(made).toEqual([first, second]);
});

test("a service that needs no bindings has one server for all", () => {
  const serverFor = serverPerEnv(echoService(), {});
  expect(serverFor({})).toBe(serverFor({}));
});

test("a platform without bindings has one set of them, an empty one", async () => {
  const made: object[] = [];
  const serverFor = serverPerEnv((env: object) => {
    made.push(env);
    return echoService();
  }, {});
  expect(serverFor(undefined)).toBe(serverFor(undefined));
  const answer = await readWeb(await serveFetch(serverFor(undefined), webRequest({ messages: [bytes(1)] })));
  expect(answer.messages).toEqual([bytes(1)]);
  expect(made).toEqual([{}]);
});

test.each([
  ["nothing", undefined],
  ["a promise", Promise.resolve(echoService())],
])("a function of the bindings that gives %s is named in the log", async (_, given) => {
  const log = vi.spyOn(console, "error").mockImplementation(() => {});
  onTestFinished(() => log.mockRestore());
  const serverFor = serverPerEnv((() => given) as never, {});
  expect((await serveFetch(serverFor({}), webRequest())).status).toBe(500);
  expect(log.mock.calls[0]?.at(-1)).toEqual(new TypeError("the service must be a GrpcService"));
});

test("a service that cannot be made: HTTP 500, readable across origins, and the next call tries again", async () => {
  const logged = vi.spyOn(console, "error").mockReturnValue();
  const broken = new Error("the binding DB is missing");
  let isBroken = true;
  const serverFor = serverPerEnv(
    (_env: object) => {
      if (isBroken) throw broken;
      return echoService();
    },
    { cors: { origins: "*" } },
  );
  const env = {};
  const request = () => webRequest({ messages: [bytes(1)], headers: { origin: "https://a.example" } });
  const failed = await serveFetch(serverFor(env), request());
  expect(failed.status).toBe(500);
  expect(failed.headers.get("access-control-allow-origin")).toBe("*");
  expect(await failed.text()).toBe("internal error\n");
  expect(logged).toHaveBeenCalledExactlyOnceWith(expect.stringContaining("cannot route"), broken);
  isBroken = false;
  expect(await readWeb(await serveFetch(serverFor(env), request()))).toMatchObject({ messages: [bytes(1)] });
  logged.mockRestore();
});

test("options that make no sense are refused at once, whether the service is there or not", () => {
  expect(() => serverPerEnv(echoService(), { maxTimeoutMs: -1 })).toThrow(RangeError);
  expect(() => serverPerEnv(echoService, { maxTimeoutMs: -1 })).toThrow(RangeError);
});

test("a gRPC client is told what would do on this platform", async () => {
  const request = () => webRequest({ headers: { "content-type": "application/grpc" } });
  const server = createServer(echoService());
  const advised = await serveFetch(server, request(), {}, { grpcAdvice: "turn on the switch" });
  expect(advised.status).toBe(415);
  expect(await advised.text()).toMatch(
    /needs HTTP trailers: turn on the switch; send one of: application\/grpc-web,/,
  );
  expect(await (await serveFetch(server, request())).text()).toMatch(
    /needs HTTP trailers: use HTTP\/2, or gRPC-Web; /,
  );
});

test("a response does not wait for a request that is read", async () => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  const headers = { "content-length": "6" };
  const request = webRequest({ messages: [bytes(1)], headers });
  const response = await serveFetch(createServer(echoService()), request, {}, { cutsUploads: true });
  expect((await readWeb(response)).messages).toEqual([bytes(1)]);
  expect(vi.getTimerCount()).toBe(0);
});

describe("where a broken response would be logged", () => {
  /** A call that never ends, and how reading its response does. */
  async function open(endsQuietly: boolean) {
    const controller = new AbortController();
    const sender = new TransformStream<Uint8Array, Uint8Array>();
    const service = rawService({
      async *stream({ messages }) {
        yield bytes(1);
        for await (const _ of messages) yield bytes(2);
      },
    });
    const request = webRequest({
      path: "/test.Service/Bidi",
      body: sender.readable,
      signal: controller.signal,
    });
    const response = await serveFetch(createServer(service), request, {}, { endsQuietly });
    const end = response.arrayBuffer().then(
      () => "complete",
      () => "broken",
    );
    return { leave: () => controller.abort(), writer: sender.writable.getWriter(), end };
  }

  test.each([
    [true, "complete"],
    [false, "broken"],
  ])("that of a client which has left ends quietly: %s", async (endsQuietly, expected) => {
    const { leave, end } = await open(endsQuietly);
    leave();
    expect(await end).toBe(expected);
  });

  test("that whose reader cancels it as it leaves is not closed once more", async () => {
    const controller = new AbortController();
    const request = webRequest({ path: "/test.Service/ServerStream", signal: controller.signal });
    let cancelled: Promise<void> | undefined;
    request.signal.addEventListener("abort", () => {
      cancelled = response.body?.cancel();
    });
    const service = rawService({
      async *stream() {
        yield bytes(1);
        await new Promise(() => {});
      },
    });
    const response = await serveFetch(createServer(service), request, {}, { endsQuietly: true });
    controller.abort();
    await expect(cancelled).resolves.toBeUndefined();
  });

  test("that to a request which broke off does not pass for complete", async () => {
    const { writer, end } = await open(true);
    await writer.abort(new Error("connection reset"));
    expect(await end).toBe("broken");
  });
});

describe("a streamed response to a request that announced its length", () => {
  const path = "/no.Service/Method";
  const headers = { "content-length": "100000" };

  /** A refused call whose request is still on its way; the response's body is open. */
  async function refused() {
    const sender = new TransformStream<Uint8Array, Uint8Array>(undefined, undefined, { highWaterMark: 1 });
    const writer = sender.writable.getWriter();
    const request = webRequest({ path, headers, body: sender.readable });
    const response = await serveFetch(createServer(echoService()), request, {}, { cutsUploads: true });
    expect(response.status).toBe(200);
    const body = response.body?.getReader();
    if (body === undefined) throw new Error("a response of gRPC-Web has a body");
    expect((await body.read()).done).toBe(false);
    const end = vi.fn();
    const ended = body.read().then(end);
    await settle();
    expect(end).not.toHaveBeenCalled();
    return { writer, body, end, ended };
  }

  test.each([20, 4_000_000])("ends when %i bytes of request are read", async (size) => {
    const { writer, end, ended } = await refused();
    for (let left = size; left > 0; left -= 100_000)
      await writer.write(new Uint8Array(Math.min(left, 100_000)));
    expect(end).not.toHaveBeenCalled();
    await writer.close();
    await ended;
    expect(end).toHaveBeenCalledWith({ done: true, value: undefined });
  });

  test("ends when the request is read, of a handler that ended before", async () => {
    const sender = new TransformStream<Uint8Array, Uint8Array>(undefined, undefined, { highWaterMark: 1 });
    const writer = sender.writable.getWriter();
    const service = rawService({
      async *stream() {
        yield bytes(1);
        await settle();
      },
    });
    const request = webRequest({ path: "/test.Service/Bidi", body: sender.readable });
    const response = await serveFetch(createServer(service), request, {}, { cutsUploads: true });
    const end = vi.fn();
    const ended = response.arrayBuffer().then(end);
    await settle();
    await settle();
    expect(end).not.toHaveBeenCalled();
    await writer.close();
    await ended;
  });

  test("ends when the request breaks off", async () => {
    const { writer, end, ended } = await refused();
    await writer.abort(new Error("connection reset"));
    await ended;
    expect(end).toHaveBeenCalledOnce();
  });

  test("ends when the request is too long to be worth it", async () => {
    const { writer, ended } = await refused();
    const sending = (async () => {
      for (;;) await writer.write(new Uint8Array(1024 * 1024));
    })();
    await expect(sending).rejects.toBeUndefined();
    await ended;
  });

  test("may be left by its client", async () => {
    const { writer, body } = await refused();
    await body.cancel();
    await writer.write(new Uint8Array(20));
    await writer.close();
    await settle();
  });
});

describe("a request that stalls, on a platform whose responses wait for requests", () => {
  beforeEach(() => void vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "performance"] }));

  /** A call whose request announced a length, and what became of it. `send` sends a piece of the request. */
  function open(path: string, announced: number, headers: Record<string, string> = {}) {
    let sender: ReadableStreamDefaultController<Uint8Array> | undefined;
    const body = new ReadableStream<Uint8Array>({
      start(controller) {
        sender = controller;
      },
    });
    const request = webRequest({ path, body, headers: { "content-length": String(announced), ...headers } });
    const state = { hasHead: false, text: "", isWhole: false };
    const read = async (): Promise<void> => {
      const response = await serveFetch(createServer(echoService()), request, {}, { cutsUploads: true });
      state.hasHead = true;
      const decoder = new TextDecoder();
      for await (const chunk of response.body ?? []) state.text += decoder.decode(chunk);
      state.isWhole = true;
    };
    void read();
    const after = async (ms: number): Promise<typeof state> => {
      await settle();
      vi.advanceTimersByTime(ms);
      await settle();
      return state;
    };
    return { after, send: (bytesOfIt: number) => sender?.enqueue(new Uint8Array(bytesOfIt)) };
  }

  test("a refusal of a short one waits for the rest, but not for ever", async () => {
    const { after, send } = open("/no.Service/Method", 100);
    send(10);
    expect(await after(900)).toMatchObject({ hasHead: false });
    send(10);
    expect(await after(900)).toMatchObject({ hasHead: false });
    expect(await after(100)).toMatchObject({
      isWhole: true,
      text: expect.stringContaining("grpc-status:12"),
    });
  });

  test.each([100, 100_000])("a deadline does not wait, with %d bytes announced", async (announced) => {
    const { after } = open("/test.Service/Unary", announced, { "grpc-timeout": "300m" });
    const status = expect.stringContaining("grpc-status:4");
    expect(await after(301)).toMatchObject({ text: status, isWhole: false });
    expect(await after(1000)).toMatchObject({ isWhole: true });
  });

  test("a client that leaves is waited for no longer", async () => {
    const request = webRequest({ path: "/no.Service/Method", body: new ReadableStream() });
    const response = await serveFetch(createServer(echoService()), request, {}, { cutsUploads: true });
    expect(vi.getTimerCount()).toBe(1);
    await response.body?.cancel();
    expect(vi.getTimerCount()).toBe(0);
  });

  test("the end of a response waits as long as a long one goes on", async () => {
    const { after, send } = open("/no.Service/Method", 1_000_000);
    for (let piece = 0; piece < 5; piece++) {
      send(1000);
      expect(await after(900)).toMatchObject({ hasHead: true, isWhole: false });
    }
    expect(await after(100)).toMatchObject({ isWhole: true });
  });
});
