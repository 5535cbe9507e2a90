import { describe, expect, test } from "vitest";
import { frame, openStream } from "../client/bytes.ts";
import { toJson } from "../fixture/json.ts";
import { pattern } from "../fixture/unary.ts";
import { Probe, type Suite } from "../suite.ts";

const EMPTY = new Uint8Array(0);

/** A client that leaves: the signal aborts with the reason, generators run their finally, sources are let go. */
export function cancellation(suite: Suite): void {
  if (suite.can.cancellation === false || !suite.can.concurrentCalls) return;
  const noticesWhileIdle = suite.can.cancellation === true;
  describe.each(suite.protocols)("cancellation over %s", (protocol) => {
    async function leaveAfter(
      event: string,
      method: string,
      body: Uint8Array | ReadableStream<Uint8Array>,
    ): Promise<Probe> {
      const probe = new Probe(suite.client());
      const leave = new AbortController();
      const opening = suite
        .client(protocol)
        .open(`/contract.Raw/${method}`, body, { headers: probe.headers, signal: leave.signal });
      const gone = opening
        .then((call) => call.finish())
        .then(
          () => "answered",
          () => "gone",
        );
      await probe.until(event);
      leave.abort();
      expect(await gone).toBe("gone");
      return probe;
    }

    if (noticesWhileIdle) {
      test("while a unary handler works", async () => {
        const probe = await leaveAfter("start", "Hang", frame(EMPTY));
        await probe.until("abort CANCELLED");
        await probe.until("finally");
      });

      test("while a stream waits for its next message", async () => {
        const probe = await leaveAfter("start", "HangAfterOne", frame(EMPTY));
        await probe.until("abort CANCELLED");
        await probe.until("finally");
      });

      test("a ReadableStream of the handler's is cancelled", async () => {
        const probe = await leaveAfter("start", "Source", frame(EMPTY));
        await probe.until("abort CANCELLED");
        await probe.until("cancelled");
      });
    }

    if (suite.can.serverStreamingIncremental) {
      test("while messages flow", async () => {
        const probe = await leaveAfter("yield", "Endless", frame(toJson({ bytes: 10_000 })));
        await probe.until("abort CANCELLED");
        await probe.until("finally");
      });
    }

    if (suite.can.clientStreamingIncremental) {
      test.each(noticesWhileIdle ? ["Collect", "Chat"] : ["Collect"])(
        "%s: while the request is under way",
        async (method) => {
          const { body, send } = openStream();
          send(frame(pattern(10)));
          const probe = await leaveAfter("start", method, body);
          await probe.until("abort CANCELLED");
          expect(await probe.until("finally")).not.toContain("end of request");
        },
      );

      test("in the middle of a message", async () => {
        const { body, send } = openStream();
        send(frame(pattern(10)).subarray(0, 12));
        const probe = await leaveAfter("start", "Collect", body);
        expect(await probe.until("finally")).not.toContain("message");
      });
    }

    test("never after success", async () => {
      const probe = new Probe(suite.client());
      const answer = await suite
        .client(protocol)
        .call("/contract.Raw/Collect", pattern(1), { headers: probe.headers });
      expect(answer.code).toBe(0);
      expect(await probe.until("finally")).toEqual(["start", "message", "end of request", "finally"]);
    });
  });
}
