import { describe, expect, test, vi } from "vitest";
import type { CallContext } from "../../src/context.ts";
import type { AdapterOptions } from "../../src/options.ts";
import { GrpcResponse } from "../../src/response.ts";
import { GrpcStatusCode } from "../../src/status.ts";
import { bytes } from "../support/bytes.ts";
import { TestCall } from "../support/call.ts";
import { forbidUnhandledRejections, settle } from "../support/hygiene.ts";
import { rawService } from "../support/services.ts";

forbidUnhandledRejections();

async function callWith(handle: (context: CallContext) => void, options: AdapterOptions): Promise<TestCall> {
  const service = rawService({
    unary(_, context) {
      handle(context);
      return new GrpcResponse({ payload: bytes() });
    },
  });
  return await new TestCall(service, { options, platform: { env: "test" } }).finish(bytes());
}

test("the response does not wait for background work, the platform does", async () => {
  const work = Promise.withResolvers<string>();
  const kept: [Promise<unknown>, unknown][] = [];
  const waitUntil = (promise: Promise<unknown>, platform: unknown): void =>
    void kept.push([promise, platform]);
  const call = await callWith((context) => context.waitUntil(work.promise), { waitUntil });
  expect(call.status.code).toBe(GrpcStatusCode.OK);
  expect(kept).toHaveLength(1);
  expect(kept[0]?.[1]).toEqual({ env: "test" });
  let done = false;
  const waiting = kept[0]?.[0].then(() => {
    done = true;
  });
  await settle();
  expect(done).toBe(false);
  work.resolve("result");
  await waiting;
  expect(done).toBe(true);
});

test("a failure of background work goes to onError, and the platform's promise resolves", async () => {
  const failure = new Error("later");
  const onError = vi.fn();
  const kept: Promise<unknown>[] = [];
  const waitUntil = (promise: Promise<unknown>): void => void kept.push(promise);
  await callWith((context) => context.waitUntil(Promise.reject(failure)), { onError, waitUntil });
  await expect(Promise.all(kept)).resolves.toBeDefined();
  expect(onError).toHaveBeenCalledExactlyOnceWith(
    failure,
    expect.objectContaining({ serviceName: "test.Service" }),
  );
});

test("a failure is no unhandled rejection where no platform waits", async () => {
  const onError = vi.fn();
  await callWith((context) => context.waitUntil(Promise.reject(new Error("later"))), { onError });
  await settle();
  expect(onError).toHaveBeenCalledOnce();
});

test("what is no promise does no harm", async () => {
  const handle = (context: CallContext): void => context.waitUntil(undefined as unknown as Promise<void>);
  expect((await callWith(handle, {})).status.code).toBe(GrpcStatusCode.OK);
});

test("work may be handed over after the response", async () => {
  const onError = vi.fn();
  const contexts: CallContext[] = [];
  await callWith((context) => void contexts.push(context), { onError });
  contexts[0]?.waitUntil(Promise.reject(new Error("much later")));
  await settle();
  expect(onError).toHaveBeenCalledOnce();
});

describe("a call that the platform is to keep", () => {
  /** A call whose handler ends when `gate` does, and what the platform was handed by then. */
  async function keptOf(gate: Promise<void> | undefined, options: AdapterOptions) {
    const kept: [Promise<unknown>, unknown][] = [];
    const service = rawService({
      async unary() {
        await gate;
        return new GrpcResponse({ payload: bytes() });
      },
    });
    const waitUntil = (work: Promise<unknown>, platform: unknown): void => void kept.push([work, platform]);
    const call = new TestCall(service, { options: { ...options, waitUntil }, platform: { env: "test" } });
    call.send(bytes());
    call.inbound.end();
    await settle();
    return { call, kept };
  }

  test("is handed over, as a promise that settles with its handler", async () => {
    const gate = Promise.withResolvers<void>();
    const { call, kept } = await keptOf(gate.promise, { keepsCalls: true });
    expect(kept).toEqual([[expect.any(Promise), { env: "test" }]]);
    const done = vi.fn();
    const waiting = kept[0]?.[0].then(done);
    call.cancel();
    await settle();
    expect(done).not.toHaveBeenCalled();
    gate.resolve();
    await waiting;
    await call.check();
  });

  test.each<[string, Promise<void> | undefined, AdapterOptions]>([
    ["done before the platform is idle", undefined, { keepsCalls: true }],
    ["on a platform that keeps them by itself", new Promise<void>(() => {}), {}],
  ])("is not handed over where it is %s", async (_, gate, options) => {
    expect((await keptOf(gate, options)).kept).toEqual([]);
  });
});
