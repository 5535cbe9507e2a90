import { expect, test } from "vitest";
import { EXCEPTIONS, type Exception, judge } from "../src/h2spec/exceptions.ts";
import type { H2specCase } from "../src/h2spec/report.ts";

const EXCEPTION: Exception = { name: "http2/1/2", on: ["plain"], reason: "it is meant so" };

function made(name: string, state: H2specCase["state"]): H2specCase {
  return { name, title: "Sends", state, detail: state === "failed" ? "expected\nactual" : "" };
}

test("a case that fails as it is to counts as neither passed nor failed, and says why", () => {
  const cases = [made("http2/1/1", "passed"), made("http2/1/2", "failed")];
  expect(judge(cases, "plain", [EXCEPTION])).toEqual({
    passed: 1,
    failures: [],
    excepted: ["http2/1/2 Sends: it is meant so"],
  });
});

test("a case that is no exception fails, with what was expected and what came", () => {
  const { failures } = judge([made("http2/1/1", "failed")], "plain", []);
  expect(failures).toEqual(["http2/1/1 Sends\n    expected\n    actual"]);
});

test("a case that h2spec has skipped has failed", () => {
  expect(judge([made("http2/1/1", "skipped")], "plain", [])).toMatchObject({
    passed: 0,
    failures: [expect.stringMatching(/^http2\/1\/1/)],
  });
});

test.each([
  ["passes", [made("http2/1/2", "passed")], "passes"],
  ["is skipped", [made("http2/1/2", "skipped")], "is skipped"],
  ["is no case", [made("http2/1/1", "passed")], "there is no such case"],
])("an exception that %s is a failure", (_, cases, message) => {
  const { failures, excepted } = judge(cases, "plain", [EXCEPTION]);
  expect(failures).toEqual([`http2/1/2 is on the list of exceptions, and ${message}`]);
  expect(excepted).toEqual([]);
});

test("an exception holds where it says", () => {
  const { failures } = judge([made("http2/1/2", "failed")], "TLS", [EXCEPTION]);
  expect(failures).toHaveLength(1);
});

test("each exception has a reason", () => {
  for (const { reason } of EXCEPTIONS) expect(reason.length).toBeGreaterThan(20);
});
