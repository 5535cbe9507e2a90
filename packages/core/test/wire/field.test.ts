import { expect, test } from "vitest";
import { isAsciiValue, isBinaryKey, isMetadataKey, isReservedKey } from "../../src/wire/field.ts";

test("a key is made of digits, lower-case letters, _, - and .", () => {
  for (let code = 0; code < 0x180; code++) {
    const letter = String.fromCharCode(code);
    expect(isMetadataKey(letter)).toBe("0123456789abcdefghijklmnopqrstuvwxyz_-.".includes(letter));
    expect(isMetadataKey(`a${letter}b`)).toBe(isMetadataKey(letter));
  }
});

test.each(["", "a\n", "\na", ":path", "x y", "X"])("%j is no key", (key) => {
  expect(isMetadataKey(key)).toBe(false);
});

test("a value is made of printable ASCII and spaces", () => {
  expect(isAsciiValue("")).toBe(true);
  for (let code = 0; code < 0x180; code++) {
    const letter = String.fromCharCode(code);
    expect(isAsciiValue(letter)).toBe(code >= 0x20 && code <= 0x7e);
    expect(isAsciiValue(`a${letter}b`)).toBe(isAsciiValue(letter));
  }
  expect(isAsciiValue("a\n")).toBe(false);
});

test.each([
  ["x-bin", true],
  ["-bin", true],
  ["trace-proto-bin", true],
  ["bin", false],
  ["x-bin-x", false],
  ["x-binary", false],
  ["x_bin", false],
])("%s holds bytes: %s", (key, binary) => {
  expect(isBinaryKey(key)).toBe(binary);
});

test.each([
  ["content-type", true],
  ["content-length", true],
  ["content-encoding", true],
  ["te", true],
  ["trailer", true],
  ["host", true],
  ["connection", true],
  ["keep-alive", true],
  ["proxy-connection", true],
  ["transfer-encoding", true],
  ["upgrade", true],
  ["http2-settings", true],
  ["grpc-status", true],
  ["grpc-message", true],
  ["grpc-status-details-bin", true],
  ["grpc-timeout", true],
  ["grpc-encoding", true],
  ["grpc-accept-encoding", true],
  ["grpc-message-type", true],
  ["connect-accept-encoding", true],
  ["connect-content-encoding", true],
  ["connect-protocol-version", true],
  ["connect-timeout-ms", true],
  ["connect-x", false],
  ["authorization", false],
  ["user-agent", false],
  ["cookie", false],
  ["x-request-id", false],
  ["status", false],
  ["constructor", false],
])("%s belongs to the protocol: %s", (key, reserved) => {
  expect(isReservedKey(key)).toBe(reserved);
});
