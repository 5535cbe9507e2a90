import { describe, expect, test } from "vitest";
import { toBase64 } from "../client/bytes.ts";
import { DETAIL_BYTES } from "../fixture/failures.ts";
import { fromJson, toJson } from "../fixture/json.ts";
import type { Suite } from "../suite.ts";

const EMPTY = new Uint8Array(0);
const PADDED = toBase64(DETAIL_BYTES);
const UNPADDED = PADDED.replace(/=+$/, "");

/** Metadata both ways: text and bytes, once and repeated, in every spelling the specification allows. */
export function metadata(suite: Suite): void {
  describe.each(suite.protocols)("metadata over %s", (protocol) => {
    async function seen(headers: readonly (readonly [string, string])[]): Promise<unknown> {
      const answer = await suite.client(protocol).call("/contract.Raw/Describe", EMPTY, { headers });
      expect(answer.code, answer.message).toBe(0);
      return fromJson(answer.messages[0] ?? EMPTY).metadata;
    }

    test.each([
      ["text", [["x-one", "a b"]], { "x-one": "a b" }],
      ["an empty value", [["x-one", ""]], { "x-one": "" }],
      ["padded base64", [["x-one-bin", PADDED]], { "x-one-bin": PADDED }],
      ["unpadded base64", [["x-one-bin", UNPADDED]], { "x-one-bin": PADDED }],
      ["an empty -bin value", [["x-one-bin", ""]], { "x-one-bin": "" }],
      [
        "comma-joined base64",
        [["x-one-bin", `${UNPADDED},AQ==, Ag`]],
        { "x-one-bin": [PADDED, "AQ==", "Ag=="] },
      ],
    ] as const)("the handler sees %s", async (_, headers, expected) => {
      expect(await seen(headers)).toMatchObject(expected);
    });

    test("the handler sees a repeated -bin header as all of its values", async () => {
      const headers = [
        ["x-one-bin", "AQ"],
        ["x-one-bin", "Ag=="],
      ] as const;
      expect(await seen(headers)).toMatchObject({ "x-one-bin": ["AQ==", "Ag=="] });
    });

    test("the handler sees a repeated header, joined or as several values", async () => {
      // HTTP lets anyone between client and server join the lines of a field (RFC 9110, section 5.3).
      const answer = await seen([
        ["x-one", "a"],
        ["x-one", "b"],
      ]);
      const value = Object.entries(answer ?? {}).find(([key]) => key === "x-one")?.[1];
      expect(Array.isArray(value) ? value.join(", ") : value).toBe("a, b");
    });

    test("the protocol's own headers are no metadata", async () => {
      const answer = await suite.client(protocol).call("/contract.Raw/Describe", EMPTY, {
        timeoutMs: 10_000,
        headers: [["connect-protocol-version", "1"]],
      });
      const { metadata } = fromJson(answer.messages[0] ?? EMPTY);
      const isProtocols = (key: string): boolean => /^(grpc-|connect-|content-|te$|host$|:)/.test(key);
      expect(Object.keys(metadata ?? {}).filter(isProtocols)).toEqual([]);
    });

    test("a handler's metadata and trailers reach the client, text and bytes", async () => {
      const headers = [
        ["x-one", "text"],
        ["x-one-bin", UNPADDED],
      ] as const;
      const answer = await suite.client(protocol).call("/contract.Raw/EchoMetadata", EMPTY, { headers });
      expect(answer.code).toBe(0);
      expect(answer.headers.get("x-one")).toBe("text");
      expect(answer.headers.get("x-one-bin")).toBe(UNPADDED);
      expect(answer.trailers.get("t-x-one")).toBe("text");
      expect(answer.trailers.get("t-x-one-bin")).toBe(UNPADDED);
    });

    test("a handler's repeated values reach the client in order", async () => {
      const headers = [["x-one-bin", "AQ,Ag,Aw"]] as const;
      const answer = await suite.client(protocol).call("/contract.Raw/EchoMetadata", EMPTY, { headers });
      expect(answer.headers.get("x-one-bin")).toBe("AQ, Ag, Aw");
      expect(answer.trailers.get("t-x-one-bin")).toBe("AQ, Ag, Aw");
    });

    test.each(["constructor", "hasownproperty", "x.y_z-0", "age", "user-agent", "etag"])(
      "a key like any other: %s",
      async (key) => {
        const answer = await suite
          .client(protocol)
          .call("/contract.Raw/SetMetadata", toJson({ key, value: "mine" }));
        expect(answer.code, answer.message).toBe(0);
        expect(answer.headers.get(key)).toBe("mine");
        expect(answer.trailers.get(key)).toBe("mine");
      },
    );

    test("a stream's metadata comes before its messages, its trailers with the status", async () => {
      const answer = await suite.client(protocol).call("/contract.Raw/Count", toJson({ count: 2, bytes: 5 }));
      expect(answer.headers.get("x-before")).toBe("leading");
      expect(answer.headers.get("x-after")).toBeNull();
      expect(answer.trailers.get("x-after")).toBe("trailing");
    });

    test.each(["%%%", "A", "AB=C", "\u00e9"])("a -bin header that is not base64: %s", async (value) => {
      const answer = await suite
        .client(protocol)
        .call("/contract.Raw/Describe", EMPTY, { headers: [["x-one-bin", value]] });
      expect(answer).toMatchObject({ code: suite.faultCode(protocol), messages: [] });
      expect(answer.message).toContain("x-one-bin");
    });
  });
}
