import { describe, expect, test } from "vitest";
import { concat, frame, through } from "../client/bytes.ts";
import { fromJson, toJson } from "../fixture/json.ts";
import { pattern } from "../fixture/unary.ts";
import type { Suite } from "../suite.ts";

const EMPTY = new Uint8Array(0);
const ENCODINGS = ["gzip", "deflate"] as const;

const compressed = (encoding: (typeof ENCODINGS)[number], bytes: Uint8Array): Promise<Uint8Array> =>
  through(bytes, new CompressionStream(encoding));
const decompressed = (
  encoding: (typeof ENCODINGS)[number],
  bytes: Uint8Array | undefined,
): Promise<Uint8Array> => through(bytes ?? EMPTY, new DecompressionStream(encoding));

/** Compression by message, both ways, with what every runtime has. */
export function compression(suite: Suite): void {
  describe.each(suite.protocols)("compression over %s", (protocol) => {
    test.each(ENCODINGS)("%s request", async (encoding) => {
      const message = frame(await compressed(encoding, pattern(5000)), 1);
      const headers = [["grpc-encoding", encoding]] as const;
      const answer = await suite.client(protocol).callRaw("/contract.Raw/Echo", message, { headers });
      expect(answer).toMatchObject({ code: 0, messages: [pattern(5000)] });
    });

    test("a stream of messages, some compressed", async () => {
      const small = await compressed("gzip", pattern(10));
      const body = concat([frame(small, 1), frame(pattern(11)), frame(EMPTY, 1), frame(small, 1)]);
      const headers = [["grpc-encoding", "gzip"]] as const;
      const answer = await suite.client(protocol).callRaw("/contract.Raw/Collect", body, { headers });
      expect(answer.code, answer.message).toBe(0);
      expect(fromJson(answer.messages[0] ?? EMPTY)).toEqual({ count: 4, bytes: 31 });
    });

    test.each(ENCODINGS)("%s response, for a client that takes it", async (encoding) => {
      const headers = [["grpc-accept-encoding", `identity, ${encoding}`]] as const;
      const answer = await suite
        .client(protocol)
        .call("/contract.Raw/Produce", toJson({ bytes: 5000 }), { headers });
      expect(answer.headers.get("grpc-encoding")).toBe(encoding);
      expect(answer.flags).toEqual([1]);
      expect(await decompressed(encoding, answer.messages[0])).toEqual(pattern(5000));
    });

    test("a compressed stream", async () => {
      const headers = [["grpc-accept-encoding", "gzip"]] as const;
      const answer = await suite
        .client(protocol)
        .call("/contract.Raw/Count", toJson({ count: 3, bytes: 2000 }), { headers });
      expect(answer.flags).toEqual([1, 1, 1]);
      for (const message of answer.messages) {
        expect(await decompressed("gzip", message)).toEqual(pattern(2000));
      }
    });

    test("small messages stay plain", async () => {
      const headers = [["grpc-accept-encoding", "gzip"]] as const;
      const answer = await suite
        .client(protocol)
        .call("/contract.Raw/Produce", toJson({ bytes: 100 }), { headers });
      expect(answer).toMatchObject({ code: 0, flags: [0], messages: [pattern(100)] });
    });

    test("a client that takes none gets none", async () => {
      const answer = await suite.client(protocol).call("/contract.Raw/Produce", toJson({ bytes: 5000 }));
      expect(answer).toMatchObject({ code: 0, flags: [0] });
      expect(answer.headers.get("grpc-encoding")).toBeNull();
    });

    test("an unknown encoding: UNIMPLEMENTED, and what is known", async () => {
      const headers = [["grpc-encoding", "rot13"]] as const;
      const answer = await suite.client(protocol).call("/contract.Raw/Echo", pattern(5), { headers });
      expect(answer.code).toBe(12);
      expect(answer.message).toContain("gzip");
    });

    test.each([
      ["garbage", async () => pattern(50)],
      ["a stream cut short", async () => (await compressed("gzip", pattern(5000))).subarray(0, 100)],
    ])("%s: INTERNAL", async (_, bytes) => {
      const headers = [["grpc-encoding", "gzip"]] as const;
      const answer = await suite
        .client(protocol)
        .callRaw("/contract.Raw/Echo", frame(await bytes(), 1), { headers });
      expect(answer).toMatchObject({ code: 13, messages: [] });
    });

    test("a bomb stops at the limit, which holds for what comes out", async () => {
      const client = await suite.clientWith({ maxReceiveMessageBytes: 100_000 }, protocol);
      const headers = [["grpc-encoding", "gzip"]] as const;
      const send = async (bytes: number) =>
        client.callRaw("/contract.Raw/Collect", frame(await compressed("gzip", new Uint8Array(bytes)), 1), {
          headers,
        });
      expect((await send(100_000)).code).toBe(0);
      expect((await send(100_001)).code).toBe(8);
      expect((await send(50_000_000)).code).toBe(8);
    });

    test("turned off", async () => {
      const client = await suite.clientWith({ compression: false }, protocol);
      const refused = await client.call("/contract.Raw/Echo", pattern(5), {
        headers: [["grpc-encoding", "gzip"]],
      });
      expect(refused.code).toBe(12);
      const plain = await client.call("/contract.Raw/Produce", toJson({ bytes: 5000 }), {
        headers: [["grpc-accept-encoding", "gzip"]],
      });
      expect(plain).toMatchObject({ code: 0, flags: [0] });
    });
  });
}
