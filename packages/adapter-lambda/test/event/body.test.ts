import { expect, test } from "vitest";
import { bodyOf } from "../../src/event/body.ts";

test.each([
  ["no body", {}, ""],
  ["null", { body: null, isBase64Encoded: true }, ""],
  ["an empty body", { body: "", isBase64Encoded: true }, ""],
  ["text", { body: "AAE=", isBase64Encoded: false }, "AAE="],
  ["text without a flag", { body: "h\u00e9" }, "h\u00e9"],
  ["base64", { body: "aMOp", isBase64Encoded: true }, "h\u00e9"],
  ["padded once", { body: "aGk=", isBase64Encoded: true }, "hi"],
  ["padded twice", { body: "aA==", isBase64Encoded: true }, "h"],
])("%s", (_, event, expected) => {
  expect(Buffer.from(bodyOf(event)).toString()).toBe(expected);
});

test.each([
  ["a character of another alphabet", "aG-_"],
  ["white space", "aG k="],
  ["a line break at the end", "aGk=\n"],
  ["no padding", "aGk"],
  ["too much padding", "a==="],
  ["padding inside", "aA==aA=="],
  ["a character beyond ASCII", "aGk\u0141"],
])("not base64: %s", (_, body) => {
  expect(() => bodyOf({ body, isBase64Encoded: true })).toThrow("not base64");
});

test.each([
  ["body", { body: { userId: "123" } }],
  ["body", { body: 5, isBase64Encoded: true }],
  ["isBase64Encoded", { body: "aGk=", isBase64Encoded: "true" }],
  ["isBase64Encoded", { body: "aGk=", isBase64Encoded: 1 }],
])("a fault is named: %s", (field, event) => {
  expect(() => bodyOf(event)).toThrow(field);
});
