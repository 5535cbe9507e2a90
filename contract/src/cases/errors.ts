import { describe, expect, test } from "vitest";
import { frame } from "../client/bytes.ts";
import { statusProto } from "../client/status-proto.ts";
import { DETAIL_BYTES } from "../fixture/failures.ts";
import { toJson } from "../fixture/json.ts";
import { ERRORS } from "../fixture/probe.ts";
import { Probe, type Suite } from "../suite.ts";

const DETAILED: Uint8Array = statusProto(9, "with details", [["contract.Detail", DETAIL_BYTES]]);

/** What a handler throws reaches the client as its status; what nobody foresaw stays on the server. */
export function errors(suite: Suite): void {
  describe.each(suite.protocols)("errors over %s", (protocol) => {
    const fail = (failure: string) => suite.client(protocol).call("/contract.Raw/Fail", toJson({ failure }));

    test.each(Array.from({ length: 16 }, (_, index) => index + 1))("code %i arrives", async (code) => {
      const answer = await suite.client(protocol).call("/contract.Raw/FailWithCode", toJson({ code }));
      expect(answer).toMatchObject({ code, message: `code ${code}`, messages: [] });
    });

    test("details and metadata of an error arrive", async () => {
      const answer = await fail("detailed");
      expect(answer).toMatchObject({ code: 9, message: "with details", details: DETAILED });
      expect(answer.trailers.get("x-reason")).toBe("because");
      expect(answer.trailers.get("x-reason-bin")).toBe("AAGA/v8");
    });

    test("what the handler set before it failed arrives", async () => {
      const answer = await fail("detailed");
      expect(answer.headers.get("x-before")).toBe("leading");
      expect(answer.trailers.get("x-after")).toBe("trailing");
    });

    test("a message of any characters", async () => {
      const answer = await fail("unicode");
      const raw = protocol === "connect" ? null : "50%25 %C3%BCber%0D%0A%F0%9F%9A%82 ~";
      expect(answer.rawMessage).toBe(raw);
      expect(answer).toMatchObject({ code: 10, message: "50% \u00fcber\r\n\u{1f682} ~" });
    });

    test("an empty message is none", async () => {
      expect(await fail("empty")).toMatchObject({ code: 15, message: "" });
    });

    test.each([
      ["TimeoutError", 4],
      ["AbortError", 1],
      ["NotFoundError", 5],
      ["NotAllowedError", 7],
      ["SecurityError", 7],
      ["NotSupportedError", 12],
      ["QuotaExceededError", 8],
      ["DataError", 3],
      ["ENOENT", 5],
      ["EACCES", 7],
      ["EPERM", 7],
      ["ETIMEDOUT", 4],
    ])("the platform's %s is code %i", async (failure, code) => {
      const answer = await fail(failure);
      expect(answer.code).toBe(code);
      expect(answer.message).not.toContain("/a/secret/path");
    });

    test.each(["plain", "text", "ECONNREFUSED"])("%s: INTERNAL, and its text stays here", async (failure) => {
      expect(await fail(failure)).toMatchObject({ code: 13, message: "internal error", messages: [] });
    });

    test("a stream that fails after messages: the messages, then the status", async () => {
      const answer = await suite
        .client(protocol)
        .call("/contract.Raw/Count", toJson({ count: 3, bytes: 10, failure: "detailed" }));
      expect(answer).toMatchObject({ code: 9, message: "with details", details: DETAILED });
      expect(answer.messages).toHaveLength(3);
    });

    test("a stream that fails before any message", async () => {
      const answer = await suite
        .client(protocol)
        .call("/contract.Raw/Count", toJson({ count: 0, bytes: 10, failure: "unicode" }));
      expect(answer).toMatchObject({ code: 10, messages: [] });
    });

    test("a handler that fails and leaves a read of its request behind harms no one", async () => {
      const answer = await suite.client(protocol).callRaw("/contract.Raw/Careless", frame(new Uint8Array(1)));
      expect(answer).toMatchObject({ code: 10, message: "careless" });
      expect((await fail("empty")).code).toBe(15);
    });

    test.each([
      ["/example.UserService/Nope", "Nope"],
      ["/example.Missing/GetUser", "example.Missing"],
    ])("%s is not implemented, and the answer says what", async (path, name) => {
      const answer = await suite.client(protocol).call(path, new Uint8Array(0));
      expect(answer).toMatchObject({ code: 12, messages: [] });
      expect(answer.message).toContain(name);
    });
  });

  if (suite.can.concurrentCalls) {
    test("onError gets what the client does not", async () => {
      const client = suite.client();
      await client.call("/contract.Raw/Fail", toJson({ failure: "plain" }));
      expect(await new Probe(client, ERRORS).events()).toContain("secret of the server");
    });
  }
}
