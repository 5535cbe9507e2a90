import { getEventListeners } from "node:events";
import { createLambdaFetch, type LambdaInvoker } from "@railhead/adapter-lambda";
import { afterEach, expect, test, vi } from "vitest";
import { invokerOf, sdkClient } from "../support/invoke.ts";
import { describeWithRuntime, startFunction } from "../support/runtime.ts";

const REASON = new Error("enough");
const INVOKER = invokerOf();
/** A client that waits for its credentials, or for its next attempt. */
const DEAF: LambdaInvoker = { invokeWithResponseStream: () => new Promise(() => {}) };

afterEach(() => void vi.restoreAllMocks());

function post(init: RequestInit): RequestInit {
  return { method: "POST", duplex: "half", ...init } as RequestInit;
}

test("a caller that leaves in the middle of its upload gets its reason, and the upload ends", async () => {
  const leave = new AbortController();
  const cancelled = Promise.withResolvers<unknown>();
  const body = new ReadableStream<Uint8Array>({
    pull: () => leave.abort(REASON),
    cancel: (reason) => cancelled.resolve(reason),
  });
  const invoked = vi.spyOn(INVOKER, "invokeWithResponseStream");
  const fetch = createLambdaFetch(INVOKER, { functionName: "users" });
  await expect(fetch("https://lambda/a/b", post({ body, signal: leave.signal }))).rejects.toBe(REASON);
  expect(await cancelled.promise).toBe(REASON);
  // Nor does half of it pass for a request.
  await new Promise(setImmediate);
  expect(invoked).not.toHaveBeenCalled();
});

test("an upload that fits, but not together with its headers, is too large", async () => {
  const invoked = vi.spyOn(INVOKER, "invokeWithResponseStream");
  const body = new Uint8Array((6 * 1024 * 1024 * 3) / 4);
  const fetch = createLambdaFetch(INVOKER, { functionName: "users" });
  const response = await fetch("https://lambda/a/b", post({ body }));
  expect((await response.json()).code).toBe("resource_exhausted");
  expect(invoked).not.toHaveBeenCalled();
});

test("an upload that is too large is not read on", async () => {
  const cancelled = Promise.withResolvers<unknown>();
  const body = new ReadableStream<Uint8Array>({
    pull: (controller) => controller.enqueue(new Uint8Array(1024 * 1024)),
    cancel: (reason) => cancelled.resolve(reason),
  });
  const response = await createLambdaFetch(invokerOf(), { functionName: "users" })(
    "https://lambda/a/b",
    post({ body }),
  );
  expect((await response.json()).code).toBe("resource_exhausted");
  await cancelled.promise;
});

test("a caller need not wait for a client that does not heed signals", async () => {
  const leave = new AbortController();
  const calling = createLambdaFetch(DEAF, { functionName: "users" })("https://lambda/a/b", {
    signal: leave.signal,
  });
  leave.abort(REASON);
  await expect(calling).rejects.toBe(REASON);
});

test("no call leaves anything on a signal that lives on", async () => {
  const { signal } = new AbortController();
  const head = { PayloadChunk: { Payload: Buffer.from(`{"statusCode":200}${"\0".repeat(8)}x`) } };
  const failed = { InvokeComplete: { ErrorCode: "Error" } };
  const bodiless = { PayloadChunk: { Payload: Buffer.from(`{"statusCode":204}${"\0".repeat(8)}`) } };
  const responses = [[head, { InvokeComplete: {} }], [head, failed], [head], [failed], [], [bodiless]];
  for (const events of responses) {
    const fetch = createLambdaFetch(invokerOf(...events), { functionName: "users" });
    const response = await fetch("https://lambda/a/b", { signal });
    await response.text().catch(() => {});
  }
  // Node's own Request keeps a listener, which holds it weakly.
  expect(getEventListeners(signal, "abort").length).toBe(responses.length);
});

describeWithRuntime("connections of the SDK", () => {
  test("none is held by a response that nobody reads on", async () => {
    await using lambda = await startFunction("fails.endless", { timeoutMs: 60_000 });
    const client = sdkClient(lambda, { requestHandler: { httpAgent: { maxSockets: 1 } } });
    const fetch = createLambdaFetch(client, { functionName: lambda.functionName });
    for (let calls = 0; calls < 3; calls++) {
      expect((await fetch("https://lambda/a/b", { method: "POST" })).status).toBe(500);
    }
    client.destroy();
  });
});
