import { describe, expect, test } from "vitest";
import { concat, frame, frameHeader } from "../client/bytes.ts";
import { pattern } from "../fixture/unary.ts";
import type { Suite } from "../suite.ts";

const EMPTY = new Uint8Array(0);
const INTERNAL = 13;
/** INTERNAL in gRPC, the client's fault in Connect. */
const FAULT = -1;
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
  ["1 byte of a header", unary, new Uint8Array(1), FAULT, "ends inside"],
  ["4 bytes of a header", unary, new Uint8Array(4), FAULT, "ends inside"],
  ["a header and no message", unary, frameHeader(3), FAULT, "ends inside"],
  ["a message less one byte", unary, frame(pattern(9)).subarray(0, 13), FAULT, "ends inside"],
  [
    "1 byte of a header in a stream",
    streamed,
    concat([frame(EMPTY), new Uint8Array(1)]),
    FAULT,
    "ends inside",
  ],
  ["a message less one byte in a stream", streamed, frame(pattern(9)).subarray(0, 13), FAULT, "ends inside"],
  ["an unknown flag", unary, frame(EMPTY, 2), FAULT, "flags"],
  ["an unknown flag in a stream", streamed, concat([frame(EMPTY), frame(EMPTY, 0x40)]), FAULT, "flags"],
  ["a trailers frame in a request", streamed, frame(EMPTY, 0x80), FAULT, "flags"],
  ["compressed without an encoding", unary, frame(pattern(5), 1), INTERNAL, "compressed"],
  ["compressed without an encoding in a stream", streamed, frame(pattern(5), 1), INTERNAL, "compressed"],
  ["4 GiB announced", unary, frameHeader(0xffff_ffff), RESOURCE_EXHAUSTED, "limit"],
  ["4 GiB announced in a stream", streamed, frameHeader(0xffff_ffff), RESOURCE_EXHAUSTED, "limit"],
  ["not the message's type", typed, frame(new Uint8Array([0x0a, 0x7f])), FAULT, "decoded"],
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

const CONNECT_TIMEOUTS: readonly string[] = ["", "1S", "-1", "12345678901", "1 0", "0x1", "1.5", "\u0661"];

/** Bad input of every sort: its status, and a server that goes on. */
export function badInput(suite: Suite): void {
  describe.each(suite.protocols)("bad input over %s", (protocol) => {
    // Unary calls of Connect have no frames to break.
    const bodies = BODIES.filter(([, path]) => protocol !== "connect" || path !== unary);
    test.each(bodies)("%s", async (_, path, body, code, says) => {
      const client = suite.client(protocol);
      const answer = await client.callRaw(path, body);
      expect(answer).toMatchObject({ code: code === FAULT ? suite.faultCode(protocol) : code, messages: [] });
      expect(answer.message).toContain(says);
      expect((await client.call(unary, pattern(3))).code).toBe(0);
    });

    const timeoutHeader = protocol === "connect" ? "connect-timeout-ms" : "grpc-timeout";
    const timeouts = protocol === "connect" ? CONNECT_TIMEOUTS : TIMEOUTS;
    test.each(timeouts)(`${timeoutHeader} %j`, async (timeout) => {
      const headers = [[timeoutHeader, encodeURI(timeout)]] as const;
      for (const path of [unary, streamed]) {
        const answer = await suite.client(protocol).call(path, EMPTY, { headers });
        expect(answer).toMatchObject({ code: suite.faultCode(protocol), messages: [] });
        expect(answer.message).toContain(timeoutHeader);
      }
    });

    test("JSON that is none", async () => {
      const answer = await suite.client(protocol).call(typed, pattern(10), { codec: "json" });
      expect(answer).toMatchObject({ code: suite.faultCode(protocol), messages: [] });
    });
  });

  describe("bad input over Connect", () => {
    test.each([unary, streamed])("another version of the protocol: %s", async (path) => {
      const headers = [["connect-protocol-version", "2"]] as const;
      const answer = await suite.client("connect").call(path, EMPTY, { headers });
      expect(answer).toMatchObject({ code: 3, messages: [] });
      expect(answer.message).toBe('unknown version of Connect: "v2"');
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
        headers: [["content-type", client.contentType("/contract.Raw/Echo")]],
        body: new TextEncoder().encode(text),
      });
      expect(response.status).toBe(200);
      const trailers = atob(await new Response(response.body).text());
      expect(trailers).toContain("grpc-status:13\r\n");
      expect(trailers).toContain("base64");
    });
  });
}
