import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { GrpcError, type GrpcErrorDetail } from "../../src/error.ts";
import { packDetail } from "../../src/error-detail.ts";
import type { AdapterOptions } from "../../src/options.ts";
import { GrpcResponse } from "../../src/response.ts";
import { GrpcStatusCode } from "../../src/status.ts";
import { createFetchHandler } from "../../src/web/fetch-handler.ts";
import { bytes, utf8 } from "../support/bytes.ts";
import { TestCall } from "../support/call.ts";
import { forbidUnhandledRejections } from "../support/hygiene.ts";
import { rawService } from "../support/services.ts";
import { UserSchema } from "../support/user-service.ts";
import { callWeb } from "../support/web.ts";

forbidUnhandledRejections();

const log = vi.spyOn(console, "error");
beforeEach(() => void log.mockReset().mockImplementation(() => {}));
afterEach(() => void log.mockReset());

const METHODS = ["Unary", "ServerStream", "ClientStream", "Bidi"];

function fail(message: string): never {
  throw new Error(message);
}

function throwing(thrown: unknown, ...before: Uint8Array[]) {
  return rawService({
    unary() {
      throw thrown;
    },
    async *stream() {
      yield* before;
      throw thrown;
    },
  });
}

async function call(thrown: unknown, method = "Unary", options: AdapterOptions = {}): Promise<TestCall> {
  const made = await new TestCall(throwing(thrown), { path: `/test.Service/${method}`, options }).finish(
    bytes(),
  );
  await made.check();
  return made;
}

describe.each(METHODS)("%s", (method) => {
  test("gives a GrpcError to the client as it is", async () => {
    const details = [packDetail(UserSchema, { id: "1" })];
    const metadata = { "x-retry": "no", "x-trace-bin": bytes(0xfb, 0xff) };
    const made = await call(
      new GrpcError(GrpcStatusCode.NOT_FOUND, "größe ≠ 5%", { details, metadata }),
      method,
    );
    // A failure before the first message is one header block ("Trailers-Only").
    expect(made.out.calls).toEqual(["respond"]);
    const { headers } = made.out;
    expect(made.out.status).toBe(200);
    expect(made.status).toEqual({ code: GrpcStatusCode.NOT_FOUND, message: "größe ≠ 5%" });
    expect(headers.get("x-retry")).toBe("no");
    expect(headers.get("x-trace-bin")).toBe("+/8");
    expect(headers.get("content-type")).toBe("application/grpc");
    const status = Buffer.from(headers.get("grpc-status-details-bin") ?? "", "base64");
    const message = utf8("größe ≠ 5%");
    expect(status.indexOf(bytes(0x08, 5, 0x12, message.length, ...message))).toBe(0);
    expect(status.includes("type.googleapis.com/example.User")).toBe(true);
    expect(headers.get("grpc-status-details-bin")).not.toContain("=");
  });

  test("has no message, details or metadata where the error has none", async () => {
    const { headers } = (await call(new GrpcError(GrpcStatusCode.ABORTED, ""), method)).out;
    expect([...headers.keys()].sort()).toEqual(["content-type", "grpc-status"]);
  });

  test("hides the text of an unexpected error and tells onError", async () => {
    const onError = vi.fn();
    for (const thrown of [new Error("secret"), new TypeError("secret"), "secret", undefined, null, 5]) {
      const made = await call(thrown, method, { onError });
      expect(made.status).toEqual({ code: GrpcStatusCode.INTERNAL, message: "internal error" });
      expect(onError).toHaveBeenCalledExactlyOnceWith(
        thrown,
        expect.objectContaining({ methodName: method }),
      );
      onError.mockReset();
    }
  });

  test("ends in INTERNAL also where the error cannot be looked at or cannot be sent", async () => {
    const onError = vi.fn();
    // As a program without types may have them, from another library's errors.
    const details = [{ desc: UserSchema, value: { id: "1" } }] as unknown as GrpcErrorDetail[];
    const opaque = Object.defineProperty(new Error(), "name", { get: () => fail("no name") });
    const revoked = Proxy.revocable({}, {});
    revoked.revoke();
    // Looking at it throws it once more.
    const throwItself = (): never => {
      throw throwsItself;
    };
    const throwsItself: object = new Proxy(Object, { get: throwItself, getPrototypeOf: throwItself });
    const unsendable = new GrpcError(GrpcStatusCode.ABORTED, "", { details });
    for (const thrown of [unsendable, opaque, revoked.proxy, throwsItself]) {
      const made = await call(thrown, method, { onError });
      expect(made.status).toEqual({ code: GrpcStatusCode.INTERNAL, message: "internal error" });
      expect(onError).toHaveBeenCalledExactlyOnceWith(expect.any(Error), expect.anything());
      onError.mockReset();
    }
  });

  test("ends in INTERNAL also where the error cannot be printed", async () => {
    log.mockImplementation((_, ...errors: unknown[]) => {
      if (errors.includes(unprintable)) throw unprintable;
    });
    const unprintable = { message: "secret" };
    const made = await call(unprintable, method);
    expect(made.status).toEqual({ code: GrpcStatusCode.INTERNAL, message: "internal error" });
  });

  test("tells the console where there is no onError", async () => {
    const thrown = new Error("secret");
    await call(thrown, method);
    expect(log).toHaveBeenCalledExactlyOnceWith(`railhead: error in test.Service/${method}:`, thrown);
  });

  test("maps platform errors, whose text the client gets, and tells nobody", async () => {
    const onError = vi.fn();
    const made = await call(new DOMException("no such file", "NotFoundError"), method, { onError });
    expect(made.status).toEqual({ code: GrpcStatusCode.NOT_FOUND, message: "no such file" });
    await call(new GrpcError(GrpcStatusCode.ABORTED, "expected"), method, { onError });
    expect(onError).not.toHaveBeenCalled();
  });

  test("maps system errors without their text, and tells onError", async () => {
    const onError = vi.fn();
    const thrown = Object.assign(new Error("ENOENT: /secret"), { code: "ENOENT" });
    const made = await call(thrown, method, { onError });
    expect(made.status).toEqual({ code: GrpcStatusCode.NOT_FOUND, message: "not found" });
    expect(onError).toHaveBeenCalledExactlyOnceWith(thrown, expect.anything());
  });

  test("asks mapError first", async () => {
    class OutOfStock extends Error {}
    const [onError, mapError] = [vi.fn(), vi.fn<NonNullable<AdapterOptions["mapError"]>>()];
    mapError.mockImplementation((error) =>
      error instanceof OutOfStock ? new GrpcError(GrpcStatusCode.FAILED_PRECONDITION, "sold out") : undefined,
    );
    const thrown = new OutOfStock("secret");
    const made = await call(thrown, method, { onError, mapError });
    expect(made.status).toEqual({ code: GrpcStatusCode.FAILED_PRECONDITION, message: "sold out" });
    expect(mapError).toHaveBeenCalledExactlyOnceWith(thrown, expect.objectContaining({ methodName: method }));
    expect(onError).not.toHaveBeenCalled();

    const other = new Error("secret");
    expect((await call(other, method, { onError, mapError })).status.code).toBe(GrpcStatusCode.INTERNAL);
    expect(onError).toHaveBeenCalledExactlyOnceWith(other, expect.anything());
  });

  test("lets mapError change platform errors and GrpcErrors too", async () => {
    const mapError = (): GrpcError => new GrpcError(GrpcStatusCode.UNAVAILABLE, "later");
    for (const thrown of [new DOMException("", "AbortError"), new GrpcError(GrpcStatusCode.ABORTED, "")]) {
      expect((await call(thrown, method, { mapError })).status.message).toBe("later");
    }
  });

  test("survives a mapError that throws: both errors go to onError", async () => {
    const onError = vi.fn();
    const [thrown, failure] = [new Error("first"), new Error("in mapError")];
    const mapError = (): never => {
      throw failure;
    };
    const made = await call(thrown, method, { onError, mapError });
    expect(made.status).toEqual({ code: GrpcStatusCode.INTERNAL, message: "internal error" });
    expect(onError.mock.calls.map(([error]) => error)).toEqual([failure, thrown]);
  });

  test.each([[new Error("plain")], [null], [false], [GrpcStatusCode.OK]])(
    "survives a mapError that gives what is no GrpcError: %s",
    async (given) => {
      const onError = vi.fn();
      const thrown = new Error("secret");
      const made = await call(thrown, method, { onError, mapError: () => given as unknown as GrpcError });
      expect(made.status).toEqual({ code: GrpcStatusCode.INTERNAL, message: "internal error" });
      expect(onError.mock.calls.map(([error]) => error)).toEqual([expect.any(TypeError), thrown]);
    },
  );

  test("survives an onError that throws", async () => {
    const [thrown, failure] = [new Error("first"), new Error("in onError")];
    const onError = (): never => {
      throw failure;
    };
    const made = await call(thrown, method, { onError });
    expect(made.status).toEqual({ code: GrpcStatusCode.INTERNAL, message: "internal error" });
    expect(log).toHaveBeenCalledExactlyOnceWith("railhead: onError failed:", failure, thrown);
  });

  test("survives an onError whose promise rejects", async () => {
    const onError = (): Promise<never> => Promise.reject(new Error("in onError"));
    const made = await call(new Error("first"), method, { onError });
    expect(made.status.code).toBe(GrpcStatusCode.INTERNAL);
  });

  test("keeps metadata and trailers that were set before the failure", async () => {
    const service = rawService({
      unary(_, context) {
        context.responseMetadata.set("x-leading", "1");
        context.responseTrailers.set("x-trailing", "2");
        throw new GrpcError(GrpcStatusCode.ABORTED, "", { metadata: { "x-error": "3" } });
      },
      // biome-ignore lint/correctness/useYield: it fails before its first message
      async *stream(_, context) {
        context.responseMetadata.set("x-leading", "1");
        context.responseTrailers.set("x-trailing", "2");
        throw new GrpcError(GrpcStatusCode.ABORTED, "", { metadata: { "x-error": "3" } });
      },
    });
    const path = `/test.Service/${method}`;
    // Clients take a single header block for trailers, so that leading metadata needs two.
    const { headers, trailers } = (await new TestCall(service, { path }).finish(bytes())).out;
    expect([...headers.keys()].sort()).toEqual(["content-type", "x-leading"]);
    expect(["x-trailing", "x-error"].map((key) => trailers.get(key))).toEqual(["2", "3"]);
    expect(trailers.get("grpc-status")).toBe(String(GrpcStatusCode.ABORTED));
    const web = await callWeb(createFetchHandler(service), { path });
    expect(web.headers.get("x-leading")).toBe("1");
    expect(["x-trailing", "x-error"].map((key) => web.trailers.get(key))).toEqual(["2", "3"]);
  });
});

test("a failure without leading metadata is one header block, with the trailers in it", async () => {
  const service = rawService({
    unary(_, { responseMetadata, responseTrailers }) {
      expect(responseMetadata.size).toBe(0);
      responseTrailers.set("x-trailing", "2");
      throw new GrpcError(GrpcStatusCode.ABORTED, "");
    },
  });
  const { headers, trailers } = (await new TestCall(service).finish(bytes())).out;
  expect(Object.fromEntries(headers)).toEqual({
    "content-type": "application/grpc",
    "grpc-status": "10",
    "x-trailing": "2",
  });
  expect([...trailers]).toEqual([]);
});

test("an error in the middle of a stream comes behind its messages, in the trailers", async () => {
  const error = new GrpcError(GrpcStatusCode.DATA_LOSS, "torn", { metadata: { "x-error": "1" } });
  const messages = [bytes(1), bytes(), new Uint8Array(30_000)];
  const path = "/test.Service/ServerStream";
  const made = await new TestCall(throwing(error, ...messages), { path }).finish(bytes());
  expect(made.messages).toEqual(messages);
  expect(made.status).toEqual({ code: GrpcStatusCode.DATA_LOSS, message: "torn" });
  expect(made.out.trailers.get("x-error")).toBe("1");
  expect(made.out.headers.has("grpc-status")).toBe(false);
  await made.check();
  const web = await callWeb(createFetchHandler(throwing(error, ...messages)), { path });
  expect(web).toMatchObject({ messages, code: GrpcStatusCode.DATA_LOSS, message: "torn" });
});

test.each(Object.entries(GrpcStatusCode).filter(([name]) => name !== "OK"))(
  "%s reaches the client",
  async (_, code) => {
    const error = new GrpcError(code, "text");
    expect((await call(error)).status).toEqual({ code, message: "text" });
    expect(await callWeb(createFetchHandler(throwing(error)))).toMatchObject({
      http: 200,
      code,
      message: "text",
    });
  },
);

test("a payload that was given away ends in INTERNAL", async () => {
  const onError = vi.fn();
  const payload = bytes(1, 2, 3);
  structuredClone(payload.buffer, { transfer: [payload.buffer] });
  const service = rawService({ unary: () => new GrpcResponse({ payload }) });
  const made = await new TestCall(service, { options: { onError } }).finish(bytes());
  await made.check();
  expect(made.status).toEqual({ code: GrpcStatusCode.INTERNAL, message: "internal error" });
  expect(onError).toHaveBeenCalledExactlyOnceWith(expect.any(TypeError), expect.anything());
});

test.each(["ServerStream", "ClientStream"])(
  "%s of an async function instead of a generator ends in INTERNAL",
  async (method) => {
    const onError = vi.fn();
    // No rejection is left unhandled either: that would end a Node process.
    const stream = (async () => fail("no star")) as unknown as () => AsyncIterable<Uint8Array>;
    const path = `/test.Service/${method}`;
    const made = await new TestCall(rawService({ stream }), { path, options: { onError } }).finish(bytes());
    await made.check();
    expect(made.status).toEqual({ code: GrpcStatusCode.INTERNAL, message: "internal error" });
    expect(onError).toHaveBeenCalledExactlyOnceWith(expect.any(TypeError), expect.anything());
  },
);
