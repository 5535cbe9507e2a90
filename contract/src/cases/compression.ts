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
      const options = { encoding, acceptEncoding: "identity" };
      const answer = await suite.client(protocol).callRaw("/contract.Raw/Echo", message, options);
      expect(answer).toMatchObject({ code: 0, messages: [pattern(5000)] });
    });

    test("a stream of messages, some compressed", async () => {
      const small = await compressed("gzip", pattern(10));
      const body = concat([frame(small, 1), frame(pattern(11)), frame(EMPTY, 1), frame(small, 1)]);
      const answer = await suite
        .client(protocol)
        .callRaw("/contract.Raw/Collect", body, { encoding: "gzip" });
      expect(answer.code, answer.message).toBe(0);
      expect(fromJson(answer.messages[0] ?? EMPTY)).toEqual({ count: 4, bytes: 31 });
    });

    test.each(ENCODINGS)("%s response, for a client that takes it", async (encoding) => {
      const acceptEncoding = `identity, ${encoding}`;
      const answer = await suite
        .client(protocol)
        .call("/contract.Raw/Produce", toJson({ bytes: 5000 }), { acceptEncoding });
      expect(answer.encoding).toBe(encoding);
      expect(answer.flags).toEqual([1]);
      const [message] = answer.messages;
      expect(answer.isDecoded ? message : await decompressed(encoding, message)).toEqual(pattern(5000));
    });

    test("a compressed stream", async () => {
      const answer = await suite
        .client(protocol)
        .call("/contract.Raw/Count", toJson({ count: 3, bytes: 2000 }), { acceptEncoding: "gzip" });
      expect(answer.headers.get("content-encoding")).toBeNull();
      expect(answer.flags).toEqual([1, 1, 1]);
      for (const message of answer.messages) {
        expect(await decompressed("gzip", message)).toEqual(pattern(2000));
      }
    });

    test("small messages stay plain", async () => {
      const answer = await suite
        .client(protocol)
        .call("/contract.Raw/Produce", toJson({ bytes: 100 }), { acceptEncoding: "gzip" });
      expect(answer).toMatchObject({ code: 0, flags: [0], messages: [pattern(100)] });
    });

    test("a client that takes none gets none", async () => {
      // Some transports would say themselves what they read.
      const acceptEncoding = "identity";
      const answer = await suite
        .client(protocol)
        .call("/contract.Raw/Produce", toJson({ bytes: 5000 }), { acceptEncoding });
      expect(answer).toMatchObject({ code: 0, flags: [0], encoding: null });
    });

    test("an unknown encoding: UNIMPLEMENTED, and what is known", async () => {
      const answer = await suite
        .client(protocol)
        .call("/contract.Raw/Echo", pattern(5), { encoding: "rot13" });
      expect(answer.code).toBe(12);
      expect(answer.message).toContain("gzip");
    });

    test.each([
      ["garbage", async () => pattern(50)],
      ["a stream cut short", async () => (await compressed("gzip", pattern(5000))).subarray(0, 100)],
    ])("%s is the client's fault", async (_, bytes) => {
      const answer = await suite
        .client(protocol)
        .callRaw("/contract.Raw/Echo", frame(await bytes(), 1), { encoding: "gzip" });
      expect(answer).toMatchObject({ code: suite.faultCode(protocol), messages: [] });
    });

    test("a bomb stops at the limit, which holds for what comes out", async () => {
      const client = await suite.clientWith({ maxReceiveMessageBytes: 100_000 }, protocol);
      for (const method of ["Echo", "Collect"]) {
        const send = async (bytes: number) =>
          client.callRaw(
            `/contract.Raw/${method}`,
            frame(await compressed("gzip", new Uint8Array(bytes)), 1),
            { encoding: "gzip" },
          );
        expect((await send(100_000)).code).toBe(0);
        expect((await send(100_001)).code).toBe(8);
        expect((await send(50_000_000)).code).toBe(8);
      }
    });

    test("turned off", async () => {
      const client = await suite.clientWith({ compression: false }, protocol);
      const refused = await client.call("/contract.Raw/Echo", pattern(5), {
        encoding: "gzip",
      });
      expect(refused.code).toBe(12);
      const plain = await client.call("/contract.Raw/Produce", toJson({ bytes: 5000 }), {
        acceptEncoding: "gzip",
      });
      expect(plain).toMatchObject({ code: 0, flags: [0] });
    });
  });
}
