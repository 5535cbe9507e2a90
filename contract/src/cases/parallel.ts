import { describe, expect, test } from "vitest";
import { toJson } from "../fixture/json.ts";
import { pattern } from "../fixture/unary.ts";
import type { Suite } from "../suite.ts";

const CALLS = 200;

/** Many calls at a time: each gets its own answer, and none another's failure. */
export function parallel(suite: Suite): void {
  if (!suite.can.concurrentCalls) return;
  describe.each(suite.protocols)("parallel calls over %s", (protocol) => {
    test(`${CALLS} at a time, one of which fails`, async () => {
      const client = suite.client(protocol);
      const answers = await Promise.all(
        Array.from({ length: CALLS }, (_, index) =>
          index === 77
            ? client.call("/contract.Raw/Fail", toJson({ failure: "plain" }))
            : client.call("/contract.Raw/Echo", pattern(index * 10)),
        ),
      );
      for (const [index, answer] of answers.entries()) {
        if (index === 77) expect(answer.code).toBe(13);
        else expect(answer).toMatchObject({ code: 0, messages: [pattern(index * 10)] });
      }
    });

    test("streams side by side", async () => {
      const client = suite.client(protocol);
      const answers = await Promise.all(
        Array.from({ length: 20 }, (_, index) =>
          client.call("/contract.Raw/Count", toJson({ count: 50 + index, bytes: 3000 })),
        ),
      );
      expect(answers.map(({ code, messages }) => [code, messages.length])).toEqual(
        answers.map((_, index) => [0, 50 + index]),
      );
    });
  });
}
