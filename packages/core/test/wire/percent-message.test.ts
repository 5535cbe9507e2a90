import { describe, expect, test } from "vitest";
import { formatStatusMessage, parseStatusMessage } from "../../src/wire/percent-message.ts";

/** gRPC over HTTP/2, "Responses", Status-Message: [name, message, header value]. */
const VECTORS: [string, string, string][] = [
  ["nothing", "", ""],
  ["plain text", "User 999 not found", "User 999 not found"],
  ["a percent sign", "100%", "100%25"],
  ["what looks encoded", "%41", "%2541"],
  ["a line break", "a\nb", "a%0Ab"],
  ["a carriage return and a line break", "a\r\nb", "a%0D%0Ab"],
  ["a tab", "a\tb", "a%09b"],
  ["a NUL", "a\0b", "a%00b"],
  ["a DEL", "a\x7fb", "a%7Fb"],
  ["a letter outside ASCII", "Müller", "M%C3%BCller"],
  ["a sign of three bytes", "5 €", "5 %E2%82%AC"],
  ["an emoji", "😀", "%F0%9F%98%80"],
];

describe.each(VECTORS)("%s", (_, message, value) => {
  test("is written", () => expect(formatStatusMessage(message)).toBe(value));
  test("is read", () => expect(parseStatusMessage(value)).toBe(message));
  // The standard library decodes: nothing of ours takes part.
  test("is read by others", () => expect(decodeURIComponent(value)).toBe(message));
});

test("exactly the printable letters but % stay as they are", () => {
  for (let code = 0; code < 256; code++) {
    const letter = `a${String.fromCharCode(code)}z`;
    const plain = code >= 0x20 && code <= 0x7e && code !== 0x25;
    expect(formatStatusMessage(letter) === letter).toBe(plain);
    expect(decodeURIComponent(formatStatusMessage(letter))).toBe(letter);
  }
});

test.each([
  ["alone", "\ud800", "\ufffd"],
  ["a low one alone", "\udc00", "\ufffd"],
  ["in the wrong order", "\udc00\ud800", "\ufffd\ufffd"],
  ["at the end", "text \ud83d", "text \ufffd"],
])("a lone surrogate becomes U+FFFD: %s", (_, message, decoded) => {
  expect(decodeURIComponent(formatStatusMessage(message))).toBe(decoded);
});

test("what comes out is a header value", () => {
  const value = formatStatusMessage("line\r\nx-injected: 1\0 😀 é");
  expect(new Headers([["grpc-message", value]]).get("grpc-message")).toBe(value);
});

test.each([" in front", "behind ", " "])("HTTP does not take away the space of %j", (message) => {
  const value = new Headers([["grpc-message", formatStatusMessage(message)]]).get("grpc-message") ?? "";
  expect(decodeURIComponent(value)).toBe(message);
});

/** "Implementations must not error or throw away the message": what cannot be decoded is shown as it came. */
test.each(["100%", "%zz", "%4", "%ff", "%e2%82", "a%00%"])("%j stays what it is", (value) => {
  expect(parseStatusMessage(value)).toBe(value);
});

test.each([
  ["lower case", "%c3%bc", "ü"],
  ["plain letters written out", "%41b", "Ab"],
])("%s", (_, value, message) => {
  expect(parseStatusMessage(value)).toBe(message);
});
