import { describe, expect, test } from "vitest";
import { frame } from "../client/bytes.ts";
import { fromJson, toJson } from "../fixture/json.ts";
import { pattern } from "../fixture/unary.ts";
import { Probe, type Suite } from "../suite.ts";

const EMPTY = new Uint8Array(0);
const MESSAGE_BYTES = 64 * 1024;
/** Backpressure, end to end, both ways. */
export function backpressure(suite: Suite): void {
  if (!suite.can.concurrentCalls) {
    if (suite.can.serverStreamingIncremental) stalledReader(suite);
    return;
  }
  describe.each(suite.protocols)("backpressure over %s", (protocol) => {
    if (suite.can.serverStreamingIncremental) {
      test("a reader that stops stops the handler, and one that goes on sets it going", async () => {
        const probe = new Probe(suite.client());
        const call = await suite
          .client(protocol)
          .open("/contract.Raw/Endless", frame(toJson({ bytes: MESSAGE_BYTES })), { headers: probe.headers });
        const first = await probe.settled("yield");
        expect(first * MESSAGE_BYTES).toBeLessThan(suite.maxBufferedBytes);
        for (let read = 0; read < first + 10; read++) {
          expect((await call.next())?.length).toBe(MESSAGE_BYTES);
        }
        expect(await probe.settled("yield")).toBeGreaterThan(first);
        await call.cancel();
        await probe.until("finally");
      });
    }

    if (suite.can.clientStreamingIncremental) {
      test("a handler that does not read stops the sender, and sets it going when it does", async () => {
        const probe = new Probe(suite.client());
        const message = frame(pattern(MESSAGE_BYTES));
        const total = 1024;
        let pulled = 0;
        const body = new ReadableStream<Uint8Array>(
          {
            pull(controller) {
              if (pulled++ < total) controller.enqueue(message);
              else controller.close();
            },
          },
          { highWaterMark: 0 },
        );
        const opening = suite
          .client(protocol)
          .open("/contract.Raw/CollectGated", body, { headers: probe.headers });
        await probe.until("start");
        for (let before = -1; before !== pulled; ) {
          before = pulled;
          await probe.settled("start");
        }
        expect(pulled * MESSAGE_BYTES).toBeLessThan(suite.maxBufferedBytes);
        await probe.open();
        const answer = await (await opening).finish();
        expect(fromJson(answer.messages[0] ?? EMPTY)).toEqual({ bytes: total * MESSAGE_BYTES });
      });
    }
  });
}

/** Where no second call can watch the handler, what it did shows afterwards. */
function stalledReader(suite: Suite): void {
  describe.each(suite.protocols)("backpressure over %s", (protocol) => {
    test("a reader that stops stops the handler until its deadline", async () => {
      const probe = new Probe(suite.client());
      const timeoutMs = 1500;
      const call = await suite
        .client(protocol)
        .open("/contract.Raw/Endless", frame(toJson({ bytes: MESSAGE_BYTES })), {
          headers: probe.headers,
          timeoutMs,
        });
      await call.next();
      // Long enough for the deadline to come before the reader goes on, on a busy machine too.
      await new Promise((resolve) => setTimeout(resolve, 2 * timeoutMs));
      expect((await call.finish()).code).toBe(4);
      const yielded = (await probe.events()).filter((event) => event === "yield").length;
      expect(yielded * MESSAGE_BYTES).toBeLessThan(suite.maxBufferedBytes);
    });
  });
}
