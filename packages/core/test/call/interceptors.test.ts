import { describe, expect, test, vi } from "vitest";
import { createContextKey } from "../../src/context.ts";
import { GrpcError } from "../../src/error.ts";
import type { AdapterOptions, Interceptor } from "../../src/options.ts";
import { GrpcResponse } from "../../src/response.ts";
import { GrpcStatusCode } from "../../src/status.ts";
import { bytes } from "../support/bytes.ts";
import { TestCall } from "../support/call.ts";
import { forbidUnhandledRejections, settle } from "../support/hygiene.ts";
import { echoService, rawService } from "../support/services.ts";

forbidUnhandledRejections();

const METHODS = ["Unary", "ServerStream", "ClientStream", "Bidi"];

async function call(
  interceptors: Interceptor[],
  init: { method?: string; service?: ReturnType<typeof rawService>; options?: AdapterOptions } = {},
): Promise<TestCall> {
  const path = `/test.Service/${init.method ?? "Unary"}`;
  const options = { onError: () => {}, ...init.options, interceptors };
  const made = await new TestCall(init.service ?? echoService(), { path, options }).finish(bytes(1));
  await made.check();
  return made;
}

describe.each(METHODS)("%s", (method) => {
  test("runs inside its interceptors, the first one outermost", async () => {
    const seen: string[] = [];
    const interceptor =
      (name: string): Interceptor =>
      async (context, next) => {
        seen.push(`${name} before ${context.methodName}`);
        await next();
        seen.push(`${name} after`);
      };
    const service = rawService({
      unary() {
        seen.push("handler");
        return new GrpcResponse({ payload: bytes() });
      },
      async *stream() {
        seen.push("handler");
        yield bytes();
        seen.push("handler ends");
      },
    });
    const done = await call([interceptor("a"), interceptor("b")], { method, service });
    const handler = method === "Unary" ? ["handler"] : ["handler", "handler ends"];
    expect(seen).toEqual([`a before ${method}`, `b before ${method}`, ...handler, "b after", "a after"]);
    expect(done.status.code).toBe(GrpcStatusCode.OK);
  });

  test("is refused by one that throws, without its handler or the ones inside", async () => {
    const [inner, handler] = [vi.fn(), vi.fn()];
    const service = rawService({ unary: handler, stream: handler });
    const refusing: Interceptor[] = [
      async () => {
        throw new GrpcError(GrpcStatusCode.UNAUTHENTICATED, "no token", {
          metadata: { "www-authenticate": "Bearer" },
        });
      },
      () => {
        throw new GrpcError(GrpcStatusCode.UNAUTHENTICATED, "no token", {
          metadata: { "www-authenticate": "Bearer" },
        });
      },
    ];
    for (const refuse of refusing) {
      const done = await call([refuse, inner], { method, service });
      expect(done.status).toEqual({ code: GrpcStatusCode.UNAUTHENTICATED, message: "no token" });
      expect(done.out.headers.get("www-authenticate")).toBe("Bearer");
      expect(done.messages).toEqual([]);
    }
    expect(inner).not.toHaveBeenCalled();
    expect(handler).not.toHaveBeenCalled();
  });

  test("fails where one forgets next()", async () => {
    const onError = vi.fn();
    const done = await call([async () => {}], { method, options: { onError } });
    expect(done.status).toEqual({ code: GrpcStatusCode.INTERNAL, message: "internal error" });
    expect(onError).toHaveBeenCalledExactlyOnceWith(
      new Error("an interceptor must call next() once, or throw"),
      expect.objectContaining({ methodName: method }),
    );
  });

  test("fails where one calls next() twice, and runs its handler once", async () => {
    const onError = vi.fn();
    const seen: string[] = [];
    const service = rawService({
      unary() {
        seen.push("run");
        return new GrpcResponse({ payload: bytes() });
      },
      async *stream() {
        seen.push("run");
        yield bytes();
      },
    });
    const twice: Interceptor = async (_, next) => {
      await next();
      await next();
    };
    const done = await call([twice], { method, service, options: { onError } });
    expect(done.status).toEqual({ code: GrpcStatusCode.INTERNAL, message: "internal error" });
    expect(onError).toHaveBeenCalledExactlyOnceWith(
      new Error("an interceptor must call next() once, or throw"),
      expect.anything(),
    );
    expect(seen).toEqual(["run"]);
  });

  test("can be given trailers after next()", async () => {
    const done = await call(
      [
        async ({ responseTrailers }, next) => {
          responseTrailers.set("x-before", "1");
          await next();
          responseTrailers.set("x-after", "2");
        },
      ],
      { method },
    );
    expect(done.out.trailers.get("x-before")).toBe("1");
    expect(done.out.trailers.get("x-after")).toBe("2");
    expect(done.out.trailers.get("grpc-status")).toBe("0");
  });

  test("shows its interceptors what the handler threw, and lets them throw something else", async () => {
    const thrown = new Error("secret");
    const seen: unknown[] = [];
    const service = rawService({
      unary() {
        throw thrown;
      },
      // biome-ignore lint/correctness/useYield: it fails before its first message
      async *stream() {
        throw thrown;
      },
    });
    const translate: Interceptor = async (_, next) => {
      try {
        await next();
      } catch (error) {
        seen.push(error);
        throw new GrpcError(GrpcStatusCode.UNAVAILABLE, "try again");
      }
    };
    const done = await call([translate], { method, service });
    expect(seen).toEqual([thrown]);
    expect(done.status).toEqual({ code: GrpcStatusCode.UNAVAILABLE, message: "try again" });
  });

  test("fails where one throws after next()", async () => {
    const audit: Interceptor = async (_, next) => {
      await next();
      throw new GrpcError(GrpcStatusCode.DATA_LOSS, "the audit log is full");
    };
    const done = await call([audit], { method });
    expect(done.status).toEqual({ code: GrpcStatusCode.DATA_LOSS, message: "the audit log is full" });
  });

  test("does not end before its handler where one does not wait for next()", async () => {
    const hasty: Interceptor = async (_, next) => void next();
    const service = rawService({
      async unary({ payload }) {
        await settle();
        return new GrpcResponse({ payload });
      },
      async *stream() {
        await settle();
        yield bytes(1);
      },
    });
    const done = await call([hasty], { method, service });
    expect(done.messages).toEqual([bytes(1)]);
    expect(done.status.code).toBe(GrpcStatusCode.OK);
  });

  test("leaves no rejection unhandled where one does not wait for next()", async () => {
    const fail = async (): Promise<never> => {
      await settle();
      throw new GrpcError(GrpcStatusCode.ABORTED, "late");
    };
    const service = rawService({
      unary: fail,
      // biome-ignore lint/correctness/useYield: it fails before its first message
      async *stream() {
        await fail();
      },
    });
    const hasty: Interceptor = async (_, next) => {
      void next();
      void next();
    };
    await call([hasty], { method, service });
    await settle();
  });
});

test("an interceptor hands values to the handler", async () => {
  const user = createContextKey<string>("user");
  const service = rawService({
    unary: (_, { values }) => new GrpcResponse({ payload: new TextEncoder().encode(values.get(user)) }),
  });
  const authenticate: Interceptor = (context, next) => {
    context.values.set(user, context.metadata.get("authorization") ?? "nobody");
    return next();
  };
  expect((await call([authenticate], { service })).messages).toEqual([new TextEncoder().encode("nobody")]);
});

test("an interceptor that swallows an error leaves a unary call without an answer", async () => {
  const swallow: Interceptor = (_, next) => next().catch(() => {});
  const service = rawService({ unary: () => Promise.reject(new Error("secret")) });
  expect((await call([swallow], { service })).status).toEqual({
    code: GrpcStatusCode.INTERNAL,
    message: "internal error",
  });
});

test("next() of a stream settles when the last message is on its way", async () => {
  const sent: number[] = [];
  const service = rawService({
    async *stream() {
      for (let at = 0; at < 3; at++) yield new Uint8Array(20_000);
    },
  });
  const path = "/test.Service/Bidi";
  const made: { call?: TestCall } = {};
  const count: Interceptor = async (_, next) => {
    await next();
    sent.push(made.call?.messages.length ?? -1);
  };
  made.call = new TestCall(service, { path, options: { interceptors: [count] } });
  await made.call.out.ended;
  expect(sent).toEqual([3]);
});

test.each(METHODS)(
  "%s does not run once its call is over, whatever its interceptors still do",
  async (method) => {
    const gate = Promise.withResolvers<void>();
    const handler = vi.fn(() => new GrpcResponse({ payload: bytes() }));
    const service = rawService({
      unary: handler,
      async *stream() {
        yield handler().payload;
      },
    });
    const failed: unknown[] = [];
    const slow: Interceptor = async (_, next) => {
      await gate.promise;
      await next().catch((error: unknown) => void failed.push(error));
    };
    const made = new TestCall(service, {
      path: `/test.Service/${method}`,
      options: { interceptors: [slow] },
    });
    made.send(bytes(1));
    made.inbound.end();
    made.cancel();
    gate.resolve();
    await made.check();
    expect(handler).not.toHaveBeenCalled();
    expect(failed).toEqual([expect.objectContaining({ code: GrpcStatusCode.CANCELLED })]);
  },
);

test("a cancellation reaches the interceptor of a stream as an error", async () => {
  const seen: unknown[] = [];
  const service = rawService({
    async *stream({ messages }) {
      yield* messages;
    },
  });
  const interceptors: Interceptor[] = [
    async (_, next) => {
      await next().catch((error: unknown) => {
        seen.push(error);
        throw error;
      });
    },
  ];
  const made = new TestCall(service, { path: "/test.Service/Bidi", options: { interceptors } });
  await settle();
  made.cancel();
  await made.check();
  expect(seen).toHaveLength(1);
  expect(seen[0]).toMatchObject({ code: GrpcStatusCode.CANCELLED });
});

test.each(["at a yield", "at an await"])(
  "the interceptor of a stream that is cancelled %s fails, once `finally` of the handler is done",
  async (left) => {
    const gate = Promise.withResolvers<void>();
    const seen: string[] = [];
    const service = rawService({
      async *stream() {
        try {
          if (left === "at an await") await gate.promise;
          else yield new Uint8Array(20_000);
        } finally {
          await settle();
          seen.push("handler");
        }
      },
    });
    const watch: Interceptor = (_, next) =>
      next().then(
        () => void seen.push("success"),
        ({ code }) => void seen.push(`failure ${code}`),
      );
    const made = new TestCall(service, { path: "/test.Service/Bidi", options: { interceptors: [watch] } });
    made.out.accepts = () => false;
    await settle();
    made.cancel();
    gate.resolve();
    await settle();
    await made.check();
    expect(seen).toEqual(["handler", `failure ${GrpcStatusCode.CANCELLED}`]);
  },
);
