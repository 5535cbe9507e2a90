import { expect, test } from "vitest";
import {
  formatConnectTimeout,
  formatTimeout,
  parseConnectTimeout,
  parseTimeout,
} from "../../src/wire/timeout.ts";

/** gRPC over HTTP/2, "Requests": Timeout is at most 8 digits and one unit. */
test.each([
  ["0n", 0],
  ["0H", 0],
  ["00000000S", 0],
  ["1H", 3_600_000],
  ["1M", 60_000],
  ["1S", 1000],
  ["1m", 1],
  ["1u", 0.001],
  ["1n", 0.000_001],
  ["007S", 7000],
  ["1500u", 1.5],
  ["12345678m", 12_345_678],
  ["99999999H", 99_999_999 * 3_600_000],
  ["99999999M", 99_999_999 * 60_000],
  ["99999999S", 99_999_999_000],
  ["99999999u", 99_999.999],
  ["99999999n", 99.999_999],
])("%s is %d ms", (value, timeoutMs) => {
  expect(parseTimeout(value)).toBeCloseTo(timeoutMs, 9);
});

test.each([
  ["nothing", ""],
  ["a unit alone", "S"],
  ["no unit", "10"],
  ["nine digits", "123456789S"],
  ["nine digits with leading zeros", "000000001S"],
  ["a plus sign", "+1S"],
  ["a minus sign", "-1S"],
  ["a fraction", "1.5S"],
  ["an exponent", "1e3S"],
  ["hexadecimal", "0x1S"],
  ["a space in front", " 1S"],
  ["a space behind", "1S "],
  ["a space inside", "1 S"],
  ["a line break behind", "1S\n"],
  ["two units", "1SS"],
  ["the unit in front", "S1"],
  ["an unknown unit", "1s"],
  ["an unknown unit", "1h"],
  ["an unknown unit", "1U"],
  ["a unit named like a property of objects", "1constructor"],
  ["digits of another script", "١S"],
  ["several values", "1S, 2S"],
])("%s is no timeout: %j", (_, value) => {
  expect(parseTimeout(value)).toBeUndefined();
});

/** Never more than eight digits, never less time than there is. */
test.each([
  [0, "1m"],
  [0.25, "1m"],
  [1, "1m"],
  [1.5, "2m"],
  [99_999_999, "99999999m"],
  [99_999_999.5, "100000S"],
  [100_000_000, "100000S"],
  [100_000_001, "100001S"],
  [99_999_999_000, "99999999S"],
  [99_999_999_001, "1666667M"],
  [99_999_999 * 60_000, "99999999M"],
  [99_999_999 * 60_000 + 1, "1666667H"],
  [99_999_999 * 3_600_000, "99999999H"],
  [99_999_999 * 3_600_000 + 3_600_000, undefined],
  [Number.POSITIVE_INFINITY, undefined],
])("%d ms are written as %s", (timeoutMs, value) => {
  expect(formatTimeout(timeoutMs)).toBe(value);
  if (value !== undefined) expect(parseTimeout(value)).toBeGreaterThanOrEqual(timeoutMs);
});

/** Connect protocol, Timeout-Milliseconds. */
test.each([
  ["1", 1],
  ["0", 0],
  ["5000", 5000],
  ["0000000005", 5],
  ["9999999999", 9_999_999_999],
])("connect-timeout-ms %s is %d ms", (value, timeoutMs) => {
  expect(parseConnectTimeout(value)).toBe(timeoutMs);
});

test.each([
  "",
  "00000000001",
  "10000000000",
  "-1",
  "+1",
  "1.5",
  "1e3",
  "0x1",
  " 1",
  "1 ",
  "1\n",
  "1m",
  "1, 2",
  "١",
])("connect-timeout-ms %j is no timeout", (value) => {
  expect(parseConnectTimeout(value)).toBeUndefined();
});

test.each([
  [1, "1"],
  [1.9, "1"],
  [0.2, "1"],
  [0, "1"],
  [-5, "1"],
  [86_400_000, "86400000"],
  [9_999_999_999, "9999999999"],
  [9_999_999_999.9, "9999999999"],
  [1e10, undefined],
  [Number.POSITIVE_INFINITY, undefined],
])("%d ms are written as connect-timeout-ms %s", (timeoutMs, value) => {
  expect(formatConnectTimeout(timeoutMs)).toBe(value);
});
