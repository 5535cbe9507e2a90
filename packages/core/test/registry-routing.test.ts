import { describe, expect, test, vi } from "vitest";
import { type CallContext, ContextValues, createContextKey } from "../src/context.ts";
import { GrpcError } from "../src/error.ts";
import { Metadata } from "../src/metadata.ts";
import { HandlerRegistry } from "../src/registry.ts";
import { GrpcRequest, type GrpcRequestInit } from "../src/request.ts";
import { GrpcResponse } from "../src/response.ts";
import { GrpcStatusCode } from "../src/status.ts";
import { bytes, utf8 } from "./support/bytes.ts";
import { forbidUnhandledRejections, settle } from "./support/hygiene.ts";
import { echoService, rawService } from "./support/services.ts";

forbidUnhandledRejections();

function request(init: Partial<GrpcRequestInit> = {}): GrpcRequest {
  return new GrpcRequest({
    serviceName: "test.Service",
    methodName: "Unary",
    payload: utf8("hello"),
    ...init,
  });
}

const empty = (): GrpcResponse => new GrpcResponse({ payload: bytes() });

/** Routes a request and gives the context that its handler saw. */
async function contextOf(
  given?: Partial<CallContext>,
  init?: Partial<GrpcRequestInit>,
): Promise<CallContext> {
  let seen: CallContext | undefined;
  const service = rawService({
    unary(_, context) {
      seen = context;
      return empty();
    },
  });
  await service.handleRequest(request(init), given);
  if (seen === undefined) throw new Error("the handler did not run");
  return seen;
}

test("the handler gets the request, and its response comes back", async () => {
  const handleRequest = vi.fn(
    ({ payload }: GrpcRequest) => new GrpcResponse({ payload, metadata: { a: "1" }, trailers: { b: "2" } }),
  );
  const service = new HandlerRegistry().registerHandler("test.Service", { handleRequest });
  const response = await service.handleRequest(request({ metadata: { "x-request-id": "req-456" } }));
  expect(response).toBeInstanceOf(GrpcResponse);
  expect(response.payload).toEqual(utf8("hello"));
  expect(response.metadata.toJSON()).toEqual({ a: "1" });
  expect(response.trailers.toJSON()).toEqual({ b: "2" });
  const [seen] = handleRequest.mock.calls[0] ?? [];
  expect(String(seen)).toBe("GrpcRequest(test.Service/Unary, 5 bytes)");
  expect(seen?.getMetadata("x-request-id")).toBe("req-456");
});

test("each request goes to the handler of its service, with `this` as it should be", async () => {
  class Named {
    readonly #name: string;
    constructor(name: string) {
      this.#name = name;
    }
    async handleRequest({ methodName }: GrpcRequest): Promise<GrpcResponse> {
      return new GrpcResponse({ payload: utf8(`${this.#name}.${methodName}`) });
    }
  }
  const service = new HandlerRegistry()
    .registerHandler("example.UserService", new Named("users"))
    .registerHandler("example.PostService", new Named("posts"));
  const [user, post] = await Promise.all([
    service.handleRequest(request({ serviceName: "example.UserService", methodName: "GetUser" })),
    service.handleRequest(request({ serviceName: "example.PostService", methodName: "GetPost" })),
  ]);
  expect([user.payload, post.payload]).toEqual([utf8("users.GetUser"), utf8("posts.GetPost")]);
});

test("what the handler says through its context comes back as well", async () => {
  const service = rawService({
    unary(_, { responseMetadata, responseTrailers }) {
      responseMetadata.set("a", "1");
      responseTrailers.set("b", "2");
      return new GrpcResponse({ payload: bytes(), metadata: { a: "3" } });
    },
  });
  const response = await service.handleRequest(request());
  expect(response.metadata.getAll("a")).toEqual(["1", "3"]);
  expect(response.trailers.toJSON()).toEqual({ b: "2" });
});

describe("a handler that streams serves unary methods", () => {
  const call = (...messages: Uint8Array[]): Promise<GrpcResponse> =>
    new HandlerRegistry()
      .registerHandler("test.Service", {
        async *handleStream({ messages: requests }) {
          for await (const message of requests) expect(message).toEqual(utf8("hello"));
          yield* messages;
        },
      })
      .handleRequest(request());

  test("with exactly one message", async () => expect((await call(bytes(1))).payload).toEqual(bytes(1)));

  test.each([
    ["none", []],
    ["more than one", [bytes(1), bytes(2)]],
  ])("and fails with %s", async (count, messages) => {
    await expect(call(...messages)).rejects.toMatchObject({
      code: GrpcStatusCode.INTERNAL,
      message: `the handler must give exactly one message and gave ${count}`,
    });
  });
});

describe("what is thrown", () => {
  test.each<[string, unknown]>([
    ["a GrpcError", new GrpcError(GrpcStatusCode.NOT_FOUND, "User 999 not found")],
    ["a platform error", new DOMException("no", "NotFoundError")],
    ["any error", new Error("boom")],
    ["a value that is no error", "boom"],
  ])("comes out as it is: %s", async (_, thrown) => {
    const sync = rawService({
      unary() {
        throw thrown;
      },
    });
    const async = rawService({ unary: () => Promise.reject(thrown) });
    await expect(sync.handleRequest(request())).rejects.toBe(thrown);
    await expect(async.handleRequest(request())).rejects.toBe(thrown);
  });

  test("says that the service is unknown", async () => {
    const failed = new HandlerRegistry().handleRequest(request({ serviceName: "example.UnknownService" }));
    await expect(failed).rejects.toBeInstanceOf(GrpcError);
    await expect(failed).rejects.toMatchObject({
      code: GrpcStatusCode.UNIMPLEMENTED,
      message: 'No handler registered for service "example.UnknownService"',
    });
  });

  test.each(["ServerStream", "ClientStream", "Bidi"])("says that %s streams", async (methodName) => {
    await expect(echoService().handleRequest(request({ methodName }))).rejects.toMatchObject({
      code: GrpcStatusCode.UNIMPLEMENTED,
      message: `test.Service/${methodName} streams: call it through createFetchHandler`,
    });
  });

  test.each([undefined, null, {}, "text"])("is a TypeError where the handler gives %j", async (value) => {
    const service = rawService({ unary: () => value as unknown as GrpcResponse });
    await expect(service.handleRequest(request())).rejects.toThrow(TypeError);
  });
});

describe("the context", () => {
  test("is complete without any help", async () => {
    const context = await contextOf(undefined, { metadata: { a: "1" } });
    expect(context).toMatchObject({
      serviceName: "test.Service",
      methodName: "Unary",
      kind: "unary",
      protocol: "local",
      peer: undefined,
      platform: undefined,
    });
    expect(context.metadata.get("a")).toBe("1");
    expect(context.signal.aborted).toBe(false);
    expect(context.values).toBeInstanceOf(ContextValues);
    expect(context.deadline).toBeUndefined();
    expect(context.timeRemainingMs()).toBe(Number.POSITIVE_INFINITY);
  });

  test("has what it is given", async () => {
    const key = createContextKey<string>("user");
    const values = new ContextValues().set(key, "John");
    const { signal } = new AbortController();
    const given = { signal, protocol: "connect", peer: "host:1", platform: { env: 1 } } as const;
    const context = await contextOf({ values, ...given });
    expect(context.values.get(key)).toBe("John");
    expect(context).toMatchObject(given);
    // Signals are all equal to toMatchObject.
    expect(context.signal).toBe(signal);
  });

  test("counts down to a deadline it is given", async () => {
    vi.useFakeTimers({ now: 1_000_000 });
    const context = await contextOf({ deadline: new Date(1_005_000) });
    expect(context.deadline).toEqual(new Date(1_005_000));
    expect(context.timeRemainingMs()).toBe(5000);
    vi.setSystemTime(1_007_000);
    expect(context.timeRemainingMs()).toBe(0);
  });

  test("lets a failure of background work go no further", async () => {
    const error = vi.spyOn(console, "error").mockImplementation(() => {});
    const context = await contextOf();
    context.waitUntil(Promise.reject(new Error("later")));
    await settle();
    expect(error).toHaveBeenCalledWith(expect.any(String), new Error("later"));
    error.mockRestore();
  });

  test("hands background work to the call that it is given", async () => {
    const waitUntil = vi.fn();
    const context = await contextOf({ waitUntil });
    const work = Promise.resolve();
    context.waitUntil(work);
    expect(waitUntil).toHaveBeenCalledExactlyOnceWith(work);
  });

  test("of one call can be handed on to the next", async () => {
    const { signal } = new AbortController();
    const outer = await contextOf({ signal, deadline: new Date(Date.now() + 60_000), peer: "host:1" });
    const service = rawService({}).registerHandler("inner.Service", {
      handleRequest: (inner, context) => {
        expect(inner).toMatchObject({ serviceName: "inner.Service", methodName: "Inner" });
        expect(inner.getMetadata("x")).toBe("inner");
        expect(context).toMatchObject({ signal, peer: "host:1", deadline: outer.deadline });
        return new GrpcResponse({ payload: inner.payload });
      },
    });
    const inner = request({ serviceName: "inner.Service", methodName: "Inner", metadata: { x: "inner" } });
    expect((await service.handleRequest(inner, outer)).payload).toEqual(utf8("hello"));
  });

  test("brings the response metadata and trailers back that it is given", async () => {
    const responseMetadata = new Metadata({ a: "1" });
    const responseTrailers = new Metadata({ b: "2" });
    const response = await echoService().handleRequest(request(), { responseMetadata, responseTrailers });
    expect(response.metadata.toJSON()).toEqual({ a: "1" });
    expect(response.trailers.toJSON()).toEqual({ b: "2" });
  });
});
