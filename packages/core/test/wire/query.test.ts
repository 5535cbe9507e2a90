import { expect, test } from "vitest";
import { WireFault } from "../../src/wire/fault.ts";
import { queryValue } from "../../src/wire/query.ts";

test.each([
  ["message=abc", "abc"],
  ["message=", ""],
  ["connect=v1&message=abc&base64=1", "abc"],
  ["message=first&message=second", "first"],
  ["message=%7B%22a%22%3A%20%22%C3%BC%F0%9F%9A%82%22%7D", '{"a": "ü🚂"}'],
  ["message={%22a%22:1}", '{"a":1}'],
  ["message=a+b%2Bc", "a b+c"],
  ["message=Q2g=&x", "Q2g="],
  ["message=Q2g%3D", "Q2g="],
  ["message=%00", "\0"],
  ["message=%EF%BF%BD", "\ufffd"],
])("%s", (query, value) => {
  expect(queryValue(query, "message")).toBe(value);
});

test.each(["", "message", "Message=a", "messages=a", "a&b=message=c", "?message=a", "constructor=1"])(
  "%j has none",
  (query) => {
    expect(queryValue(query, "message")).toBeUndefined();
  },
);

test.each(["%", "%7", "%zz", "%ff", "a%C3", "%ED%A0%80", "%C0%80"])("%j is no text", (value) => {
  expect(() => queryValue(`message=${value}`, "message")).toThrow(WireFault);
  expect(() => queryValue(`message=${value}`, "message")).toThrow(
    'missing or malformed "message" in the query',
  );
  expect(queryValue(`message=ok&other=${value}`, "message")).toBe("ok");
});
