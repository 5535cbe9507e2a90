import { describe, expect, test } from "vitest";
import { concat, frame, frameHeader } from "../client/bytes.ts";
import { pattern } from "../fixture/unary.ts";
import type { Suite } from "../suite.ts";

const EMPTY = new Uint8Array(0);
const INTERNAL = 13;
const UNIMPLEMENTED = 12;
const RESOURCE_EXHAUSTED = 8;

const unary = "/contract.Raw/Echo";
const streamed = "/contract.Raw/Collect";
const typed = "/example.UserService/GetUser";

/** Bodies that break a rule: the path they go to, their bytes, the status they deserve, a word of its message. */
const BODIES: readonly (readonly [string, path: string, Uint8Array, code: number, says: string])[] = [
  ["no message for unary", unary, EMPTY, UNIMPLEMENTED, "exactly one"],
  ["two messages for unary", unary, concat([frame(EMPTY), frame(EMPTY)]), UNIMPLEMENTED, "exactly one"],
  ["a message and a byte for unary", unary, concat([frame(EMPTY), pattern(1)]), UNIMPLEMENTED, "exactly one"],
  [
    "two messages for server streaming",
    "/contract.Raw/Count",
    concat([frame(EMPTY), frame(EMPTY)]),
    UNIMPLEMENTED,
    "exactly one",
  ],
  ["1 byte of a header", unary, new Uint8Array(1), INTERNAL, "ends inside"],
  ["4 bytes of a header", unary, new Uint8Array(4), INTERNAL, "ends inside"],
  ["a header and no message", unary, frameHeader(3), INTERNAL, "ends inside"],
  ["a message less one byte", unary, frame(pattern(9)).subarray(0, 13), INTERNAL, "ends inside"],
  [
    "1 byte of a header in a stream",
    streamed,
    concat([frame(EMPTY), new Uint8Array(1)]),
    INTERNAL,
    "ends inside",
  ],
  [
    "a message less one byte in a stream",
    streamed,
    frame(pattern(9)).subarray(0, 13),
    INTERNAL,
    "ends inside",
  ],
  ["an unknown flag", unary, frame(EMPTY, 2), INTERNAL, "flags"],
  ["an unknown flag in a stream", streamed, concat([frame(EMPTY), frame(EMPTY, 0x40)]), INTERNAL, "flags"],
  ["a trailers frame in a request", streamed, frame(EMPTY, 0x80), INTERNAL, "flags"],
  ["compressed without an encoding", unary, frame(pattern(5), 1), INTERNAL, "compressed"],
  ["4 GiB announced", unary, frameHeader(0xffff_ffff), RESOURCE_EXHAUSTED, "limit"],
  ["4 GiB announced in a stream", streamed, frameHeader(0xffff_ffff), RESOURCE_EXHAUSTED, "limit"],
  ["not the message's type", typed, frame(new Uint8Array([0x0a, 0x7f])), INTERNAL, "decoded"],
];

const TIMEOUTS: readonly string[] = [
  "",
  "1",
  "S",
  "-1S",
  "1s",
  "123456789S",
  "1 S",
  "1S1S",
  "0x1S",
  "1.5S",
  "\u0661S",
];

/** Bad input of every sort: its status, and a server that goes on. */
export function badInput(suite: Suite): void {
  describe.each(suite.protocols)("bad input over %s", (protocol) => {
    test.each(BODIES)("%s", async (_, path, body, code, says) => {
      const client = suite.client(protocol);
      const answer = await client.callRaw(path, body);
      expect(answer).toMatchObject({ code, messages: [] });
      expect(answer.message).toContain(says);
      expect((await client.call(unary, pattern(3))).code).toBe(0);
    });

    test.each(TIMEOUTS)("grpc-timeout %j: INTERNAL", async (timeout) => {
      const headers = [["grpc-timeout", encodeURI(timeout)]] as const;
      const answer = await suite.client(protocol).call(unary, EMPTY, { headers });
      expect(answer).toMatchObject({ code: INTERNAL, messages: [] });
      expect(answer.message).toContain("grpc-timeout");
    });

    test("JSON that is none", async () => {
      const contentType = `application/${protocol}+json`;
      const answer = await suite.client(protocol).call(typed, pattern(10), { contentType });
      expect(answer).toMatchObject({ code: INTERNAL, messages: [] });
    });
  });

  describe("bad base64 of gRPC-Web text", () => {
    test.each([
      ["a character outside the alphabet", "AAAA!AAA"],
      ["white space", "AAAA AAA"],
      ["padding at the start", "=AAA"],
      ["too much padding", "A==="],
      ["a group cut short", "AAAAAA"],
      ["bytes that are not ASCII", "AAA\u00e9"],
    ])("%s: INTERNAL", async (_, text) => {
      const client = suite.client("grpc-web-text");
      const response = await client.http("/contract.Raw/Echo", {
        headers: [["content-type", client.contentType]],
        body: new TextEncoder().encode(text),
      });
      expect(response.status).toBe(200);
      const trailers = atob(await new Response(response.body).text());
      expect(trailers).toContain("grpc-status:13\r\n");
      expect(trailers).toContain("base64");
    });
  });
}
