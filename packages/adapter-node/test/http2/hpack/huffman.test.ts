import { describe, expect, test } from "vitest";
import { decodeHuffman } from "../../../src/http2/hpack/huffman.ts";
import { bits, hex } from "../support/bytes.ts";

function decode(bytes: Buffer): string | undefined {
  return decodeHuffman(bytes, 0, bytes.length);
}

/** The code of "a" (RFC 7541, appendix B). */
const A = "00011";
const END_OF_STRING = "1".repeat(30);

test.each([
  ["f1e3 c2e5 f23a 6ba0 ab90 f4ff", "www.example.com"],
  ["a8eb 1064 9cbf", "no-cache"],
  ["25a8 49e9 5ba9 7d7f", "custom-key"],
  ["25a8 49e9 5bb8 e8b4 bf", "custom-value"],
  ["6402", "302"],
  ["640e ff", "307"],
  ["aec3 771a 4b", "private"],
  ["d07a be94 1054 d444 a820 0595 040b 8166 e082 a62d 1bff", "Mon, 21 Oct 2013 20:13:21 GMT"],
  ["9d29 ad17 1863 c78f 0b97 c8e9 ae82 ae43 d3", "https://www.example.com"],
  ["9bd9 ab", "gzip"],
  [
    `94e7 821d d7f2 e6c7 b335 dfdf cd5b 3960 d5af 2708 7f36 72c1 ab27 0fb5 291f 9587 3160 65c0 03ed 4ee5
     b106 3d50 07`,
    "foo=ASDJKHQKBZXOQWEOPIUAXQWEOIU; max-age=3600; version=1",
  ],
])("an example of RFC 7541: %s", (digits, text) => {
  expect(decode(hex(digits))).toBe(text);
});

test("each byte has its code", () => {
  // As other implementations encode them.
  const all = hex(`
    ffc7fffd8fffffe2fffffe3fffffe4fffffe5fffffe6fffffe7fffffe8ffffeafffffff3fffffa7fffffabffffffdfffffebfffffecf
    ffffedfffffeefffffefffffff0ffffff1ffffff2fffffffbfffffcffffffd3fffffd7fffffdbfffffdffffffe3fffffe7fffffebfff
    ffed4fe3f9ffaffcabf1febfafefe7fdfd2cbb00089969b71d79fb9f7fff20ffbff3ff50ddbd7f061c58f265cd9f469d5af66dddbf87
    1e5f9cff7ff7fffc3ff9ffe45fff4719242cb34e6e9d68a6a3d7dac426defe3cfaf7fffbfe7ffbffdffffffcfffe6ffff4bfff9ffffa
    3fffd3ffff53fffd5ffffb3fffeb7fffdaffffb7ffff73fffeeffffdeffffebffffbfffffd9ffffdbfffebffffe0ffffeeffffc3ffff
    8bffff1ffffe4fffee7fffb1ffff97fffd9ffffcdffff9fffffbffffdafffeeffff4ffffb7fffee7fffe8ffffd3fffdeffffd5fffeef
    fffbdffffe1fffdfffff7fffff5ffffecffff07fff87fffe0ffff17fffedffff87ffff77fffeffffeaffff8bfffe3ffff93ffff87fff
    cbffff37ffff1fffff83ffffe1fffebfffe3ffff3fffff2ffffa3ffffd9fffff17ffffc7fffff27ffffdefffffbffffff2fffff8ffff
    fb7fff97fff8fffffe6fffffc1fffff87ffffe7fffffc5ffffe5fffe4ffff2fffffd1fffff4ffffffefffffe3fffffc9fffff97fffb3
    ffffcffffb7fffcdffff4ffff9ffffd1ffffcffffeaffffafffffddffffeffffff4fffff5fffffabffffa7ffffd7fffff9bffffecfff
    ffb7fffff3fffffe8fffffd3fffffabfffff5fffffff7ffffecfffffdbfffffbbfffff7ffffff0fffffbbf`);
  expect(decode(all)).toBe(Buffer.from(Array.from({ length: 256 }, (_, byte) => byte)).toString("latin1"));
});

test("an empty string is one", () => {
  expect(decode(Buffer.alloc(0))).toBe("");
});

test("only the bytes that are asked for are decoded", () => {
  expect(decodeHuffman(hex("ffff 6402 00"), 2, 4)).toBe("302");
  expect(decodeHuffman(hex("6402"), 1, 1)).toBe("");
});

describe.each([1, 2, 3, 4, 5, 6, 7, 8])("padding behind %i codes of five bits", (count) => {
  const code = A.repeat(count);
  const padding = (8 - (code.length % 8)) % 8;

  test("is all ones", () => {
    expect(decode(bits(code + "1".repeat(padding)))).toBe("a".repeat(count));
  });

  test("is shorter than a byte", () => {
    expect(decode(bits(code + "1".repeat(padding + 8)))).toBeUndefined();
    expect(decode(bits(code + "1".repeat(padding + 16)))).toBeUndefined();
  });

  test.skipIf(padding === 0)("ends with a one", () => {
    expect(decode(bits(`${code}${"1".repeat(padding - 1)}0`))).toBeUndefined();
  });

  test.skipIf(padding === 0 || padding > 4)("has no other zeros", () => {
    expect(decode(bits(`${code}${"0".repeat(padding - 1)}1`))).toBe(
      padding === 1 ? "a".repeat(count) : undefined,
    );
  });
});

test.each([
  ["by itself", END_OF_STRING, "11"],
  ["behind a byte", A + END_OF_STRING, "11111"],
  ["before a byte", END_OF_STRING + A, "11111"],
  ["between bytes", A + END_OF_STRING + A, ""],
  ["twice", END_OF_STRING + END_OF_STRING, "1111"],
])("the end of the string has no place in it: %s", (_, code, padding) => {
  expect(decode(bits(code + padding))).toBeUndefined();
});

test("a code that is cut off is none", () => {
  // 0xf9 takes 28 bits.
  expect(decode(hex("fffffffe ff"))).toBeUndefined();
  for (const cut of ["ffffff", "ffff"]) expect(decode(hex(cut))).toBeUndefined();
});
