import { describe, expect, test } from "vitest";
import { frame, frameHeader, streamOf } from "../client/bytes.ts";
import { fromJson, toJson } from "../fixture/json.ts";
import { pattern } from "../fixture/unary.ts";
import type { Suite } from "../suite.ts";

const EMPTY = new Uint8Array(0);
const DEFAULT_LIMIT = 4 * 1024 * 1024;
const RESOURCE_EXHAUSTED = 8;

/** Limits, each at its boundary. */
export function limits(suite: Suite): void {
  describe.each(suite.protocols)("limits over %s", (protocol) => {
    if (suite.carries(protocol, DEFAULT_LIMIT + 100, DEFAULT_LIMIT + 1000)) {
      test("a request message of exactly 4 MiB passes, and comes back whole", async () => {
        const message = pattern(DEFAULT_LIMIT);
        const answer = await suite.client(protocol).call("/contract.Raw/Echo", message);
        expect(answer.code, answer.message).toBe(0);
        expect(Buffer.compare(answer.messages[0] ?? EMPTY, message)).toBe(0);
      });
    }

    if (suite.carries(protocol, DEFAULT_LIMIT + 100, 1000)) {
      test("one byte more is RESOURCE_EXHAUSTED", async () => {
        const answer = await suite
          .client(protocol)
          .call("/contract.Raw/Echo", new Uint8Array(DEFAULT_LIMIT + 1));
        expect(answer).toMatchObject({ code: RESOURCE_EXHAUSTED, messages: [] });
        expect(answer.message).toContain(String(DEFAULT_LIMIT));
      });
    }

    test.each(["Echo", "Collect"])("%s: maxReceiveMessageBytes holds for each message", async (method) => {
      const client = await suite.clientWith({ maxReceiveMessageBytes: 100 }, protocol);
      expect((await client.call(`/contract.Raw/${method}`, pattern(100))).code).toBe(0);
      expect((await client.call(`/contract.Raw/${method}`, pattern(101))).code).toBe(RESOURCE_EXHAUSTED);
      // Bodies without frames announce nothing of their own.
      if (protocol === "connect" && method === "Echo") return;
      expect((await client.callRaw(`/contract.Raw/${method}`, frameHeader(101))).code).toBe(
        RESOURCE_EXHAUSTED,
      );
    });

    test("a stream of many messages may be longer than a message may be", async () => {
      const client = await suite.clientWith({ maxReceiveMessageBytes: 100 }, protocol);
      const call = await client.open(
        "/contract.Raw/Collect",
        streamOf(Array.from({ length: 200 }, () => frame(pattern(100)))),
      );
      const answer = await call.finish();
      expect(fromJson(answer.messages[0] ?? EMPTY)).toEqual({ count: 200, bytes: 20_000 });
    });

    test("a limit of 0 lets empty messages through", async () => {
      const client = await suite.clientWith({ maxReceiveMessageBytes: 0 }, protocol);
      expect((await client.call("/contract.Raw/Echo", EMPTY)).code).toBe(0);
      expect((await client.call("/contract.Raw/Echo", pattern(1))).code).toBe(RESOURCE_EXHAUSTED);
    });

    test("maxSendMessageBytes", async () => {
      const client = await suite.clientWith({ maxSendMessageBytes: 1000 }, protocol);
      const produce = (bytes: number) => client.call("/contract.Raw/Produce", toJson({ bytes }));
      expect(await produce(1000)).toMatchObject({ code: 0, messages: [pattern(1000)] });
      expect(await produce(1001)).toMatchObject({ code: RESOURCE_EXHAUSTED, messages: [] });
      const stream = await client.call("/contract.Raw/Count", toJson({ count: 2, bytes: 1001 }));
      expect(stream).toMatchObject({ code: RESOURCE_EXHAUSTED, messages: [] });
    });

    if (suite.carries(protocol, 1000, DEFAULT_LIMIT + 2000)) {
      test("a response message may be larger than a request may be", async () => {
        const answer = await suite
          .client(protocol)
          .call("/contract.Raw/Produce", toJson({ bytes: DEFAULT_LIMIT + 1000 }));
        expect(answer.code).toBe(0);
        expect(Buffer.compare(answer.messages[0] ?? EMPTY, pattern(DEFAULT_LIMIT + 1000))).toBe(0);
      });
    }

    test("maxMetadataBytes", async () => {
      const client = await suite.clientWith({ maxMetadataBytes: 4000 }, protocol);
      const send = (bytes: number) =>
        client.call("/contract.Raw/Echo", EMPTY, { headers: [["x-large", "v".repeat(bytes)]] });
      expect((await send(2000)).code).toBe(0);
      const refused = await send(4000);
      expect(refused.code).toBe(RESOURCE_EXHAUSTED);
      expect(refused.message).toContain("4000");
    });
  });
}
