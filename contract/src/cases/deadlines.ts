import { describe, expect, test } from "vitest";
import { frame, openStream } from "../client/bytes.ts";
import { fromJson, toJson } from "../fixture/json.ts";
import { Probe, type Suite } from "../suite.ts";

const EMPTY = new Uint8Array(0);
const DEADLINE_EXCEEDED = 4;

/** Deadlines: the client gets DEADLINE_EXCEEDED in a response that is whole, the handler a signal that says why. */
export function deadlines(suite: Suite): void {
  describe.each(suite.protocols)("deadlines over %s", (protocol) => {
    async function remaining(
      timeoutMs: number | undefined,
      client = suite.client(protocol),
    ): Promise<unknown> {
      const options = timeoutMs === undefined ? {} : { timeoutMs };
      const answer = await client.call("/contract.Raw/Describe", EMPTY, options);
      expect(answer.code, answer.message).toBe(0);
      return fromJson(answer.messages[0] ?? EMPTY).timeRemainingMs;
    }

    test("a handler that is too slow", async () => {
      const answer = await suite.client(protocol).call("/contract.Raw/Hang", EMPTY, { timeoutMs: 30 });
      expect(answer).toMatchObject({ code: DEADLINE_EXCEEDED, messages: [] });
    });

    test("a stream that is too slow: its messages, then the status", async () => {
      const answer = await suite
        .client(protocol)
        .call("/contract.Raw/HangAfterOne", EMPTY, { timeoutMs: 100 });
      expect(answer.code).toBe(DEADLINE_EXCEEDED);
      expect(answer.messages.length).toBeLessThanOrEqual(1);
    });

    if (suite.can.serverStreamingIncremental) {
      test("a stream that never waits", async () => {
        const answer = await suite
          .client(protocol)
          .call("/contract.Raw/Endless", toJson({ bytes: 64 * 1024 }), { timeoutMs: 300 });
        expect(answer.code).toBe(DEADLINE_EXCEEDED);
      });
    }

    test("no time at all", async () => {
      const answer = await suite.client(protocol).call("/contract.Raw/Echo", EMPTY, { timeoutMs: 0 });
      expect(answer).toMatchObject({ code: DEADLINE_EXCEEDED, messages: [] });
    });

    test.each([50_000, 90_000, 3_600_000, 9_999_999_000])("the handler knows of %d ms", async (asked) => {
      const left = await remaining(asked);
      const ms = Math.min(asked, suite.can.maxCallMs ?? asked);
      expect(left).toBeLessThanOrEqual(ms);
      expect(left).toBeGreaterThan(ms - 10_000);
    });

    if (protocol !== "connect") {
      test.each([
        ["1H", 3_600_000],
        ["90S", 90_000],
        ["99999999H", 99_999_999 * 3_600_000],
      ])("the handler knows of %s", async (timeout, asked) => {
        const headers = [["grpc-timeout", timeout]] as const;
        const answer = await suite.client(protocol).call("/contract.Raw/Describe", EMPTY, { headers });
        const { timeRemainingMs } = fromJson(answer.messages[0] ?? EMPTY);
        const ms = Math.min(asked, suite.can.maxCallMs ?? asked);
        expect(timeRemainingMs).toBeLessThanOrEqual(ms);
        expect(timeRemainingMs).toBeGreaterThan(ms - 10_000);
      });
    }

    test("no deadline is none but the platform's", async () => {
      const left = await remaining(undefined);
      if (suite.can.maxCallMs === undefined) expect(left).toBe(-1);
      else expect(left).toBeLessThanOrEqual(suite.can.maxCallMs);
    });

    test("defaultTimeoutMs and maxTimeoutMs", async () => {
      const client = await suite.clientWith({ defaultTimeoutMs: 20_000, maxTimeoutMs: 60_000 }, protocol);
      expect(await remaining(undefined, client)).toBeLessThanOrEqual(20_000);
      expect(await remaining(50_000, client)).toBeGreaterThan(20_000);
      expect(await remaining(3_600_000, client)).toBeLessThanOrEqual(60_000);
    });

    if (suite.can.concurrentCalls) {
      test.each(["Hang", "HangAfterOne", "Chat", "Collect"])(
        "%s: the signal aborts with the code, and finally runs",
        async (method) => {
          const probe = new Probe(suite.client());
          // Streaming handlers begin at the head; a request that stays open keeps them waiting, where one can.
          const streams = method === "Chat" || method === "Collect";
          if (streams && !suite.can.clientStreamingIncremental) return;
          const { body: stream, send, end } = openStream();
          send(frame(EMPTY));
          const leave = new AbortController();
          const body = streams ? stream : frame(EMPTY);
          const call = await suite.client(protocol).open(`/contract.Raw/${method}`, body, {
            timeoutMs: 60,
            headers: probe.headers,
            signal: leave.signal,
          });
          expect((await call.finish()).code).toBe(DEADLINE_EXCEEDED);
          await probe.until("finally");
          expect(await probe.until("abort DEADLINE_EXCEEDED")).not.toContain("abort CANCELLED");
          end();
          leave.abort();
        },
      );
    }
  });
}
