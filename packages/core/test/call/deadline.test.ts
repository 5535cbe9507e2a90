import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { CallContext } from "../../src/context.ts";
import { GrpcError } from "../../src/error.ts";
import type { AdapterOptions } from "../../src/options.ts";
import { GrpcResponse } from "../../src/response.ts";
import { GrpcStatusCode } from "../../src/status.ts";
import { createFetchHandler } from "../../src/web/fetch-handler.ts";
import { bytes } from "../support/bytes.ts";
import { TestCall } from "../support/call.ts";
import { forbidUnhandledRejections } from "../support/hygiene.ts";
import { rawService } from "../support/services.ts";
import { callWeb } from "../support/web.ts";

forbidUnhandledRejections();

const START = 1_000_000;
/** Clients round their time down to whole milliseconds. */
const ROUNDING_MS = 1;

beforeEach(
  () => void vi.useFakeTimers({ now: START, toFake: ["setTimeout", "clearTimeout", "Date", "performance"] }),
);
afterEach(() => {
  // No call may leave a timer behind.
  const timers = vi.getTimerCount();
  vi.useRealTimers();
  expect(timers).toBe(0);
});

/** A call whose handlers never end by themselves, and the contexts that they saw. */
function silentCall(
  init: { method?: string; timeout?: string; options?: AdapterOptions; platformMs?: number } = {},
) {
  const contexts: CallContext[] = [];
  const never = new Promise<never>(() => {});
  const service = rawService({
    unary(_, context) {
      contexts.push(context);
      return never;
    },
    async *stream(_, context) {
      contexts.push(context);
      yield bytes(1);
      await never;
    },
  });
  const call = new TestCall(service, {
    path: `/test.Service/${init.method ?? "Unary"}`,
    ...(init.timeout && { headers: { "grpc-timeout": init.timeout } }),
    ...(init.options && { options: init.options }),
    head: { maxTimeoutMs: init.platformMs },
  });
  return { call, contexts };
}

const EXCEEDED = { code: GrpcStatusCode.DEADLINE_EXCEEDED, message: "deadline exceeded" };

describe.each(["Unary", "ServerStream", "ClientStream", "Bidi"])("%s", (method) => {
  test("ends right behind its deadline, not before", async () => {
    const { call, contexts } = silentCall({ method, timeout: "500m" });
    call.send(bytes());
    call.inbound.end();
    await vi.advanceTimersByTimeAsync(500);
    const signal = contexts[0]?.signal;
    expect(call.out.isEnded).toBe(false);
    expect(signal?.aborted).toBe(false);
    await vi.advanceTimersByTimeAsync(ROUNDING_MS);
    expect(call.out.isEnded).toBe(true);
    expect(call.status).toEqual(EXCEEDED);
    expect(signal?.aborted).toBe(true);
    expect(signal?.reason).toBeInstanceOf(GrpcError);
    expect(signal?.reason).toMatchObject(EXCEEDED);
    await call.check();
  });

  test("ends at its deadline while the request is still on its way", async () => {
    const { call } = silentCall({ method, timeout: "1S" });
    await vi.advanceTimersByTimeAsync(1000 + ROUNDING_MS);
    expect(call.status).toEqual(EXCEEDED);
    expect(call.send(bytes(1))).toBe(true);
    call.inbound.end();
    await call.check();
  });

  test.each(["0S", "0n", "00000000H"])(
    "ends at once where its timeout is %s, without its handler",
    async (timeout) => {
      const { call, contexts } = silentCall({ method, timeout });
      expect(call.out.calls).toEqual(["respond"]);
      expect(call.status).toEqual(EXCEEDED);
      call.send(bytes());
      call.inbound.end();
      expect(contexts).toEqual([]);
      await call.check();
    },
  );
});

test("what was sent before the deadline arrives", async () => {
  const { call } = silentCall({ method: "ServerStream", timeout: "1S" });
  call.send(bytes());
  call.inbound.end();
  await vi.advanceTimersByTimeAsync(1000 + ROUNDING_MS);
  expect(call.messages).toEqual([bytes(1)]);
  expect(call.out.calls).toEqual(["start", "write", "finish"]);
  expect(call.status).toEqual(EXCEEDED);
});

/** Milliseconds until a call is over by itself; undefined for more than a hundred years. */
function timeoutOf(timeout: string | undefined, options: AdapterOptions, platformMs?: number): number {
  let remaining = Number.NaN;
  const service = rawService({
    unary(_, context) {
      remaining = context.timeRemainingMs();
      expect(context.deadline?.getTime()).toBe(
        remaining === Number.POSITIVE_INFINITY ? undefined : START + Math.floor(remaining),
      );
      return new GrpcResponse({ payload: bytes() });
    },
  });
  const headers: Record<string, string> = timeout === undefined ? {} : { "grpc-timeout": timeout };
  const call = new TestCall(service, { headers, options, head: { maxTimeoutMs: platformMs } });
  call.send(bytes());
  call.inbound.end();
  expect(call.out.isEnded).toBe(true);
  return remaining;
}

test.each<[string | undefined, AdapterOptions, number]>([
  [undefined, {}, Number.POSITIVE_INFINITY],
  ["5S", {}, 5000],
  ["1500u", {}, 1.5],
  [undefined, { defaultTimeoutMs: 100 }, 100],
  ["5S", { defaultTimeoutMs: 100 }, 5000],
  ["50m", { defaultTimeoutMs: 100 }, 50],
  [undefined, { maxTimeoutMs: 100 }, 100],
  ["5S", { maxTimeoutMs: 100 }, 100],
  ["50m", { maxTimeoutMs: 100 }, 50],
  ["100m", { maxTimeoutMs: 100 }, 100],
  [undefined, { maxTimeoutMs: 100, defaultTimeoutMs: 1000 }, 100],
  [undefined, { maxTimeoutMs: 1000, defaultTimeoutMs: 100 }, 100],
  [undefined, { maxTimeoutMs: Number.POSITIVE_INFINITY }, Number.POSITIVE_INFINITY],
])("a grpc-timeout of %s with %o leaves %d ms", (timeout, options, expected) => {
  expect(timeoutOf(timeout, options)).toBeCloseTo(expected, 6);
});

test.each<[string | undefined, AdapterOptions, platformMs: number, number]>([
  [undefined, {}, 100, 100],
  ["5S", {}, 100, 100],
  ["50m", {}, 100, 50],
  ["5S", { maxTimeoutMs: 70 }, 100, 70],
  ["5S", { maxTimeoutMs: 700 }, 100, 100],
  [undefined, { defaultTimeoutMs: 70 }, 100, 70],
  [undefined, { defaultTimeoutMs: 700 }, 100, 100],
  ["5S", {}, Number.POSITIVE_INFINITY, 5000],
])(
  "a grpc-timeout of %s with %o on a platform that leaves %d ms",
  (timeout, options, platformMs, expected) => {
    expect(timeoutOf(timeout, options, platformMs)).toBeCloseTo(expected, 6);
  },
);

test.each([0, -5])("a platform that leaves %d ms lets no call run", (platformMs) => {
  const { call, contexts } = silentCall({ platformMs });
  expect(call.status).toEqual(EXCEEDED);
  expect(contexts).toEqual([]);
});

test("maxTimeoutMs: 0 lets no call run", async () => {
  const { call, contexts } = silentCall({ options: { maxTimeoutMs: 0 } });
  expect(call.status).toEqual(EXCEEDED);
  expect(contexts).toEqual([]);
});

test.each([
  ["just over 2^31 - 1 ms", "2147484S", 2_147_484_000],
  ["the longest there is", "99999999H", 99_999_999 * 3_600_000],
])("a timeout of %s does not fire at once", async (_, timeout, timeoutMs) => {
  const { call } = silentCall({ timeout });
  await vi.advanceTimersByTimeAsync(2 ** 31 - 1);
  expect(call.out.isEnded).toBe(false);
  if (timeoutMs < 2 ** 32) {
    await vi.advanceTimersByTimeAsync(timeoutMs - (2 ** 31 - 1));
    expect(call.out.isEnded).toBe(false);
    await vi.advanceTimersByTimeAsync(ROUNDING_MS);
    expect(call.status).toEqual(EXCEEDED);
  } else call.cancel();
  await call.check();
});

test("the time that remains counts down to 0 and stays there", async () => {
  const { call, contexts } = silentCall({ method: "Bidi", timeout: "1S" });
  await vi.advanceTimersByTimeAsync(400);
  const [context] = contexts;
  expect(context?.timeRemainingMs()).toBe(600);
  await vi.advanceTimersByTimeAsync(5000);
  expect(context?.timeRemainingMs()).toBe(0);
  expect(call.status).toEqual(EXCEEDED);
});

test("a handler that answers after the deadline is not heard", async () => {
  const gate = Promise.withResolvers<void>();
  const service = rawService({
    async unary() {
      await gate.promise;
      return new GrpcResponse({ payload: bytes(1) });
    },
  });
  const call = new TestCall(service, { headers: { "grpc-timeout": "10m" } });
  call.send(bytes());
  call.inbound.end();
  await vi.advanceTimersByTimeAsync(10 + ROUNDING_MS);
  gate.resolve();
  await call.check();
  expect(call.status).toEqual(EXCEEDED);
  expect(call.messages).toEqual([]);
});

test("a deadline is no matter for mapError, nor for onError", async () => {
  const [mapError, onError] = [vi.fn(), vi.fn()];
  for (const method of ["Unary", "Bidi"]) {
    const { call } = silentCall({ method, timeout: "1S", options: { mapError, onError } });
    call.send(bytes());
    call.inbound.end();
    await vi.advanceTimersByTimeAsync(1000 + ROUNDING_MS);
    expect(call.status).toEqual(EXCEEDED);
  }
  expect(mapError).not.toHaveBeenCalled();
  expect(onError).not.toHaveBeenCalled();
});

test("over fetch, the client gets a well-formed end", async () => {
  const service = rawService({
    async *stream() {
      yield bytes(1);
      await new Promise(() => {});
    },
  });
  const handler = createFetchHandler(service);
  for (const type of ["application/grpc-web", "application/grpc-web-text"]) {
    const headers = { "grpc-timeout": "1S", "content-type": type };
    const answered = callWeb(handler, { path: "/test.Service/ServerStream", headers });
    await vi.advanceTimersByTimeAsync(1000 + ROUNDING_MS);
    expect(await answered).toMatchObject({ http: 200, messages: [bytes(1)], ...EXCEEDED });
  }
});

describe("where the platform is asked to keep calls", () => {
  const options: AdapterOptions = { keepsCalls: true };

  test.each(["Unary", "ServerStream", "ClientStream", "Bidi"])("%s ends at its deadline", async (method) => {
    const { call, contexts } = silentCall({ method, timeout: "1S", options });
    call.send(bytes());
    call.inbound.end();
    await vi.advanceTimersByTimeAsync(1000);
    expect(call.out.isEnded).toBe(false);
    await vi.advanceTimersByTimeAsync(ROUNDING_MS);
    expect(call.status).toEqual(EXCEEDED);
    expect(contexts[0]?.signal.aborted).toBe(true);
  });

  // That none is left behind is looked at behind each test.
  test("a call that is over at once needs no timer", async () => {
    const call = new TestCall(rawService({}), { headers: { "grpc-timeout": "1S" }, options });
    await call.finish(bytes());
    await call.check();
  });
});
