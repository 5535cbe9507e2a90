import { describe, expect, test, vi } from "vitest";
import { type ClientContext, type ClientInterceptor, createRawClient } from "../../src/client.ts";
import { ContextValues, createContextKey } from "../../src/context.ts";
import { GrpcError } from "../../src/error.ts";
import { GrpcResponse } from "../../src/response.ts";
import { GrpcStatusCode } from "../../src/status.ts";
import { bytes, text, utf8 } from "../support/bytes.ts";
import { BASE_URL, failureOf, rawClient, userClient } from "../support/client.ts";
import { forbidUnhandledRejections, settle } from "../support/hygiene.ts";
import { echoService, rawService } from "../support/services.ts";

forbidUnhandledRejections();

const CALLS = {
  unary: (client: ReturnType<typeof rawClient>) => client.unary("test.Service", "Unary", utf8("a")),
  serverStreaming: (client: ReturnType<typeof rawClient>) =>
    Array.fromAsync(client.serverStreaming("test.Service", "ServerStream", utf8("a"))),
  clientStreaming: (client: ReturnType<typeof rawClient>) =>
    client.clientStreaming("test.Service", "ClientStream", [utf8("a")]),
  bidiStreaming: (client: ReturnType<typeof rawClient>) =>
    Array.fromAsync(client.bidiStreaming("test.Service", "Bidi", [utf8("a")])),
};

describe.each(Object.entries(CALLS))("%s", (_, call) => {
  test("the first one is outermost, and each runs around the whole call", async () => {
    const log: string[] = [];
    const named =
      (name: string): ClientInterceptor =>
      async (_context, next) => {
        log.push(`${name} in`);
        await next();
        log.push(`${name} out`);
      };
    await call(rawClient(echoService(), { interceptors: [named("a"), named("b")] }));
    expect(log).toEqual(["a in", "b in", "b out", "a out"]);
  });

  test("errors can be replaced", async () => {
    const replace: ClientInterceptor = async (_context, next) => {
      await next().catch((error: unknown) => {
        throw new GrpcError(GrpcStatusCode.ABORTED, "replaced", { cause: error });
      });
    };
    const client = rawClient(rawService({ unary: fail, stream: fail }), { interceptors: [replace] });
    const error = await failureOf(call(client));
    expect([error.codeName, error.message]).toEqual(["ABORTED", "replaced"]);
    expect(error.cause).toMatchObject({ codeName: "DATA_LOSS" });
  });

  test("errors cannot be swallowed", async () => {
    const swallow: ClientInterceptor = async (_context, next) => next().catch(() => {});
    const client = rawClient(rawService({ unary: fail, stream: fail }), { interceptors: [swallow] });
    expect((await failureOf(call(client))).codeName).toBe("DATA_LOSS");
  });

  test("a call can be refused before it is sent", async () => {
    const refuse: ClientInterceptor = async () => {
      throw new GrpcError(GrpcStatusCode.UNAUTHENTICATED, "log in first");
    };
    const fetch = (): never => {
      throw new Error("sent");
    };
    const client = createRawClient({ baseUrl: BASE_URL, fetch, interceptors: [refuse] });
    expect((await failureOf(call(client))).message).toBe("log in first");
  });

  test("one that forgets next() is told", async () => {
    const error = await failureOf(call(rawClient(echoService(), { interceptors: [async () => {}] })));
    expect(error.codeName).toBe("UNKNOWN");
    expect(error.message).toBe("an interceptor must call next() once, or throw");
  });

  test("one that throws anything else makes the call UNKNOWN", async () => {
    const broken: ClientInterceptor = async (_context, next) => {
      await next();
      throw new TypeError("oops");
    };
    const error = await failureOf(call(rawClient(echoService(), { interceptors: [broken] })));
    expect([error.codeName, error.message]).toEqual(["UNKNOWN", "oops"]);
  });

  test.each([0, 1])("one that gives up gives up the request, %j of them sent", async (least) => {
    const sent: Request[] = [];
    const fetch = (request: Request): Promise<Response> => {
      sent.push(request);
      return new Promise(() => {});
    };
    const impatient: ClientInterceptor = async (_context, next) => {
      void next();
      while (sent.length < least) await settle();
      throw new GrpcError(GrpcStatusCode.ABORTED, "too slow");
    };
    const client = createRawClient({ baseUrl: BASE_URL, fetch, interceptors: [impatient] });
    expect((await failureOf(call(client))).message).toBe("too slow");
    await settle();
    expect(sent.filter(({ signal }) => !signal.aborted)).toEqual([]);
  });

  test("one that waits for what never comes is told of the deadline", async () => {
    const seen = Promise.withResolvers<unknown>();
    const look: ClientInterceptor = (_context, next) =>
      next().catch((error: unknown) => {
        seen.resolve(error);
        throw error;
      });
    const fetch = (): Promise<Response> => new Promise(() => {});
    const client = createRawClient({ baseUrl: BASE_URL, fetch, interceptors: [look], defaultTimeoutMs: 20 });
    expect((await failureOf(call(client))).codeName).toBe("DEADLINE_EXCEEDED");
    expect(await seen.promise).toMatchObject({ codeName: "DEADLINE_EXCEEDED" });
  });

  test("one that waits does not keep a call beyond its deadline", async () => {
    const wait: ClientInterceptor = () => new Promise(() => {});
    const waitBehind: ClientInterceptor = (_context, next) => next().then(() => new Promise(() => {}));
    for (const interceptor of [wait, waitBehind]) {
      const client = rawClient(echoService(), { interceptors: [interceptor], defaultTimeoutMs: 50 });
      expect((await failureOf(call(client))).codeName).toBe("DEADLINE_EXCEEDED");
    }
  });
});

function fail(): never {
  throw new GrpcError(GrpcStatusCode.DATA_LOSS, "lost");
}

test("what an interceptor sees", async () => {
  const user = createContextKey<string>("user");
  let seen: Partial<ClientContext> = {};
  const look: ClientInterceptor = async (context, next) => {
    context.metadata.set("x-sent", context.values.get(user));
    expect([context.responseMetadata.size, context.responseTrailers.size]).toEqual([0, 0]);
    expect(context.timeRemainingMs()).toBeGreaterThan(50_000);
    const { timeRemainingMs } = context;
    expect(timeRemainingMs()).toBeGreaterThan(50_000);
    await next();
    seen = { ...context, deadline: context.deadline };
  };
  const client = userClient({ protocol: "connect", interceptors: [look] });
  const values = new ContextValues().set(user, "jo");
  await client.getUser({ userId: "123" }, { values, timeoutMs: 60_000, metadata: { "x-more": "1" } });
  expect(seen).toMatchObject({
    serviceName: "example.UserService",
    methodName: "GetUser",
    kind: "unary",
    protocol: "connect",
  });
  expect(seen.metadata?.toJSON()).toEqual({ "x-more": "1", "x-sent": "jo" });
  expect(seen.responseMetadata?.get("x-seen")).toBe("jo");
  expect(seen.responseTrailers?.has("x-trailer-bin")).toBe(true);
  expect(seen.deadline).toBeInstanceOf(Date);
});

test("the caller's metadata is not touched", async () => {
  const metadata = { "x-a": "1" };
  const add: ClientInterceptor = (context, next) => {
    context.metadata.set("x-b", "2");
    return next();
  };
  await userClient({ interceptors: [add] }).getUser({ userId: "123" }, { metadata });
  expect(metadata).toEqual({ "x-a": "1" });
});

describe("trying again", () => {
  /** Fails a few times, then answers. */
  function flaky(failures: number) {
    const state = { calls: 0 };
    const service = rawService({
      unary: ({ payload }) => {
        if (++state.calls <= failures) throw new GrpcError(GrpcStatusCode.UNAVAILABLE, "not yet");
        return new GrpcResponse({ payload, metadata: { "x-call": String(state.calls) } });
      },
      async *stream({ messages }) {
        yield* messages;
      },
    });
    return { state, service };
  }
  const retry: ClientInterceptor = async (_context, next) => {
    for (let attempt = 1; ; attempt++) {
      try {
        await next();
        return;
      } catch (error) {
        if (attempt === 3 || !(error instanceof GrpcError) || error.code !== GrpcStatusCode.UNAVAILABLE)
          throw error;
      }
    }
  };

  test("a unary call, until it succeeds", async () => {
    const { service, state } = flaky(2);
    const client = rawClient(service, { interceptors: [retry] });
    expect(text(await client.unary("test.Service", "Unary", utf8("a")))).toBe("a");
    expect(state.calls).toBe(3);
  });

  test("a unary call, inside of another interceptor", async () => {
    const { service, state } = flaky(2);
    const client = rawClient(service, { interceptors: [(_context, next) => next(), retry] });
    expect(text(await client.unary("test.Service", "Unary", utf8("a")))).toBe("a");
    expect(state.calls).toBe(3);
  });

  test("a unary call, until the last error counts", async () => {
    const { service, state } = flaky(5);
    const client = rawClient(service, { interceptors: [retry] });
    expect((await failureOf(client.unary("test.Service", "Unary", utf8("a")))).codeName).toBe("UNAVAILABLE");
    expect(state.calls).toBe(3);
  });

  test.each(["serverStreaming", "clientStreaming", "bidiStreaming"] as const)("not %s", async (kind) => {
    const twice: ClientInterceptor = async (_context, next) => {
      await next();
      await next();
    };
    const client = rawClient(echoService(), { interceptors: [twice] });
    expect((await failureOf(CALLS[kind](client))).message).toBe(
      "an interceptor must call next() once, or throw",
    );
  });
});

test("an interceptor learns that the caller stopped reading", async () => {
  let seen: unknown;
  const look: ClientInterceptor = (_context, next) =>
    next().catch((error: unknown) => {
      seen = error;
      throw error;
    });
  const client = rawClient(echoService(), { interceptors: [look] });
  for await (const _ of client.bidiStreaming("test.Service", "Bidi", [bytes(1), bytes(2)])) break;
  await vi.waitFor(() =>
    expect(seen).toMatchObject({ codeName: "CANCELLED", message: "the caller stopped reading" }),
  );
});
