import { frame, openStream } from "@railhead/contract";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { Leaving } from "./support/http1-transport.ts";
import { WatchedCall } from "./support/lifecycle.ts";
import { startWorkerd, type Workerd } from "./support/workerd.ts";

const EMPTY = frame(new Uint8Array(0));
const CANCELLED = "abort CANCELLED";

/** Clients that leave, at every moment of a call, in both ways, with the flag that makes workerd tell and without. */
describe.each([
  ["with enable_request_signal", ["enable_request_signal"]],
  ["without enable_request_signal", []],
])("%s", (_, compatibilityFlags) => {
  const isTold = compatibilityFlags.length > 0;
  let workerd: Workerd;
  beforeAll(async () => {
    workerd = await startWorkerd({
      entry: new URL("./workers/lifecycle.ts", import.meta.url),
      compatibilityFlags,
    });
  });
  afterAll(() => workerd.close());
  beforeEach(() => workerd.explainFailure());

  /** Begins a call whose response, if there is one, nobody reads. */
  function begin(
    leaving: Leaving,
    method: string,
    body: Uint8Array | ReadableStream<Uint8Array>,
  ): WatchedCall {
    const call = new WatchedCall(workerd, leaving);
    call.client.open(method, body, call.options).catch(() => {});
    return call;
  }

  test("RST before the response: the handler runs to its end, and its signal aborts if workerd tells", async () => {
    const call = begin("RST", "/test.Unary/Wait", EMPTY);
    await call.until("start");
    call.leave();
    if (isTold) await call.until(CANCELLED);
    else await call.open();
    expect(await call.until("done")).toEqual([
      "start",
      isTold ? CANCELLED : "open",
      "answer",
      "finally",
      "done",
    ]);
  });

  test("FIN before the response, of which workerd tells nobody: the handler runs to its end", async () => {
    const call = begin("FIN", "/test.Unary/Wait", EMPTY);
    await call.until("start");
    call.leave();
    await call.open();
    expect(await call.until("done")).toEqual(["start", "open", "answer", "finally", "done"]);
  });

  describe.each(["FIN", "RST"] as const)("%s", (leaving) => {
    test("in the middle of a unary request: the handler never runs", async () => {
      const { body, send } = openStream();
      const call = begin(leaving, "/test.Unary/Wait", body);
      send(EMPTY.subarray(0, 3));
      expect(await call.events()).toEqual([]);
      call.leave();
      expect(await call.events()).toEqual([]);
    });

    test("in the middle of a streamed request", async () => {
      const { body, send } = openStream();
      const call = begin(leaving, "/test.Stream/Upload", body);
      send(frame(new Uint8Array(7)));
      send(frame(new Uint8Array(7)).subarray(0, 8));
      await call.until("message 7");
      call.leave();
      expect(await call.until("done")).toEqual(["start", "message 7", CANCELLED, "finally", "done"]);
    });

    test("in the middle of a bidi call", async () => {
      const { body, send } = openStream();
      const call = new WatchedCall(workerd, leaving);
      const { response } = await call.client.open("/test.Stream/Echo", body, call.options);
      send(EMPTY);
      expect(response.status).toBe(200);
      call.leave();
      expect(await call.until("done")).toEqual(["start", CANCELLED, "finally", "done"]);
    });

    test("while messages come now and then", async () => {
      const call = new WatchedCall(workerd, leaving);
      const opened = await call.client.open("/test.Stream/Ticks", EMPTY, call.options);
      expect(await opened.next()).toEqual(new Uint8Array(1));
      call.leave();
      expect(await call.until("done")).toEqual(["start", CANCELLED, "finally", "done"]);
    });

    test("while a reader is stalled", async () => {
      const call = new WatchedCall(workerd, leaving);
      const opened = await call.client.open("/test.Stream/Endless", EMPTY, call.options);
      expect(await opened.next()).toHaveLength(64 * 1024);
      call.leave();
      const events = await call.until("done");
      expect(events.filter((event) => event !== "yield")).toEqual(["start", CANCELLED, "finally", "done"]);
    });
  });

  test("RST while the handler is silent, its headers sent", async () => {
    const call = new WatchedCall(workerd, "RST");
    await call.client.open("/test.Stream/Silent", EMPTY, call.options);
    call.leave();
    expect(await call.until("done")).toEqual(["start", CANCELLED, "finally", "done"]);
  });

  test("FIN while the handler is silent: noticed at its next message", async () => {
    const call = new WatchedCall(workerd, "FIN");
    await call.client.open("/test.Stream/Silent", EMPTY, call.options);
    call.leave();
    await call.open();
    expect(await call.until("done")).toContain("finally");
  });
});
