import { expect, test } from "vitest";
import { parseTimeout } from "../../src/wire/timeout.ts";

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
