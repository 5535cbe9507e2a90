import { describe, expect, test } from "vitest";
import { bytesFromLatin1, decodeBase64, encodeBase64, latin1FromBytes } from "../../src/wire/base64.ts";
import { bytes, utf8 } from "../support/bytes.ts";

/** RFC 4648, section 10, and bytes that use the last two letters of the alphabet. */
const VECTORS: [string, Uint8Array][] = [
  ["", bytes()],
  ["Zg==", utf8("f")],
  ["Zm8=", utf8("fo")],
  ["Zm9v", utf8("foo")],
  ["Zm9vYg==", utf8("foob")],
  ["Zm9vYmE=", utf8("fooba")],
  ["Zm9vYmFy", utf8("foobar")],
  ["+/+/", bytes(0xfb, 0xff, 0xbf)],
  ["AAAA", bytes(0, 0, 0)],
];

describe.each(VECTORS)("%j", (encoded, decoded) => {
  test("is written with padding", () => expect(encodeBase64(decoded)).toBe(encoded));
  test("is read with padding", () => expect(decodeBase64(encoded)).toEqual(decoded));
  test("is read without padding", () => expect(decodeBase64(encoded.replace(/=+$/, ""))).toEqual(decoded));
});

test.each([
  ["one letter", "Z"],
  ["one letter after a group", "Zm9vZ"],
  ["too little padding", "Zg="],
  ["too much padding", "Zg==="],
  ["padding alone", "="],
  ["padding in the middle", "Zg==Zg=="],
  ["the alphabet of URLs", "-_-_"],
  ["a space in front", " Zm9v"],
  ["a space behind", "Zm9v "],
  ["a space inside", "Zm 9v"],
  ["a tab", "Zm9v\t"],
  ["a line break", "Zm9v\nYmFy"],
  ["a carriage return", "Zm9v\r"],
  ["a form feed", "Zm9v\f"],
  ["a comma", "Zm9v,Zm9v"],
  ["letters outside ASCII", "Zm9é"],
  ["letters outside Latin-1", "Zm9😀"],
  ["a NUL", "Zm9\0"],
])("%s is not base64", (_, encoded) => {
  expect(decodeBase64(encoded)).toBeUndefined();
});

test("long input is not too long for the call stack", () => {
  for (const length of [8191, 8192, 8193, 16385, 500_000]) {
    const long = Uint8Array.from({ length }, (_, at) => at * 7);
    const encoded = encodeBase64(long);
    expect(encoded).toBe(Buffer.from(long).toString("base64"));
    expect(decodeBase64(encoded)).toEqual(long);
  }
});

test("Latin-1 holds every byte", () => {
  const all = Uint8Array.from({ length: 256 }, (_, at) => at);
  const letters = latin1FromBytes(all);
  expect(letters).toHaveLength(256);
  expect(letters.codePointAt(255)).toBe(255);
  expect(bytesFromLatin1(letters)).toEqual(all);
});

test("code points over 255 are cut to their low byte", () => {
  expect(bytesFromLatin1("Āā")).toEqual(bytes(0, 1));
});
