import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { HpackDecoder } from "../../../src/http2/hpack/decoder.ts";
import { HpackEncoder } from "../../../src/http2/hpack/encoder.ts";
import { Nghttp2Peer } from "../support/nghttp2.ts";

const PLENTY = 2 ** 20;

function encode(encoder: HpackEncoder, ...list: string[]): Buffer {
  const out = Buffer.alloc(encoder.boundOf(list));
  return out.subarray(0, encoder.encode(list, out, 0));
}

function encodeHex(encoder: HpackEncoder, ...list: string[]): string {
  return encode(encoder, ...list).toString("hex");
}

/** As it stands in a literal. */
function hexOf(text: string): string {
  return text.length.toString(16).padStart(2, "0") + Buffer.from(text, "latin1").toString("hex");
}

const NAMES = [
  "content-type",
  "grpc-status",
  "grpc-encoding",
  "vary",
  "date",
  "access-control-allow-origin",
  "content-encoding",
  "x-custom",
  "set-cookie",
  "grpc-message",
];

const value = fc.oneof(
  { weight: 8, arbitrary: fc.integer({ min: 0, max: 300 }).map((number) => `value-${number}`) },
  { weight: 1, arbitrary: fc.constantFrom("", "gzip", "0", "gzip, deflate") },
  { weight: 1, arbitrary: fc.integer({ min: 200, max: 300 }).map((length) => "v".repeat(length)) },
  {
    weight: 1,
    arbitrary: fc.string({
      unit: fc.integer({ min: 0x80, max: 0xff }).map((code) => String.fromCharCode(code)),
    }),
  },
);
const status = fc.constantFrom("200", "204", "404", "415", "503");
/** The fields of a response: each name once, so that Node tells them in their order. */
const response = fc
  .tuple(
    status,
    fc.uniqueArray(fc.tuple(fc.constantFrom(...NAMES), value), { selector: ([name]) => name, maxLength: 8 }),
  )
  .map(([code, fields]) => [":status", code, ...fields.flat()]);
/** Now and then, how large a table the decoder keeps. */
const tableBytes = fc.oneof(fc.constantFrom(0, 4096), fc.integer({ min: 0, max: 600 }));
const steps = (resizes: number, maxLength: number) =>
  fc.array(
    fc.oneof(
      { weight: 100 - resizes, arbitrary: response },
      { weight: resizes, arbitrary: fc.record({ tableBytes }) },
    ),
    { maxLength, size: "max" },
  );

describe("a field", () => {
  test.each([
    [":status", "200", "88"],
    [":status", "204", "89"],
    [":status", "206", "8a"],
    [":status", "304", "8b"],
    [":status", "400", "8c"],
    [":status", "404", "8d"],
    [":status", "500", "8e"],
  ])("of the static table is its index: %s: %s", (name, text, expected) => {
    expect(encodeHex(new HpackEncoder(), name, text)).toBe(expected);
    expect(encodeHex(new HpackEncoder(), name, text, name, text)).toBe(expected + expected);
  });

  test.each([
    [":status", "48"],
    ["access-control-allow-origin", "54"],
    ["content-encoding", "5a"],
    ["content-type", "5f"],
    ["date", "61"],
    ["vary", "7b"],
    ["grpc-status", `40${hexOf("grpc-status")}`],
    ["grpc-encoding", `40${hexOf("grpc-encoding")}`],
    ["grpc-accept-encoding", `40${hexOf("grpc-accept-encoding")}`],
    ["connect-content-encoding", `40${hexOf("connect-content-encoding")}`],
    ["connect-accept-encoding", `40${hexOf("connect-accept-encoding")}`],
    ["access-control-allow-credentials", `40${hexOf("access-control-allow-credentials")}`],
    ["access-control-allow-headers", `40${hexOf("access-control-allow-headers")}`],
    ["access-control-allow-methods", `40${hexOf("access-control-allow-methods")}`],
    ["access-control-expose-headers", `40${hexOf("access-control-expose-headers")}`],
    ["access-control-max-age", `40${hexOf("access-control-max-age")}`],
  ])("that comes again goes into the table: %s", (name, beginning) => {
    const encoder = new HpackEncoder();
    expect(encodeHex(encoder, name, "some")).toBe(beginning + hexOf("some"));
    expect(encodeHex(encoder, name, "some")).toBe("be");
    expect(encodeHex(encoder, name, "other")).toBe(beginning + hexOf("other"));
    expect(encodeHex(encoder, name, "some", name, "other")).toBe("bfbe");
  });

  test.each([
    ["x-custom", `00${hexOf("x-custom")}`],
    ["grpc-message", `00${hexOf("grpc-message")}`],
    ["set-cookie", "0f28"],
    ["authorization", "0f08"],
    ["content-length", "0f0d"],
    ["accept-encoding", "0f01"],
    ["accept-charset", "0f00"],
  ])("that may be secret, or another each time, does not: %s", (name, beginning) => {
    const encoder = new HpackEncoder();
    for (let time = 0; time < 2; time++) {
      expect(encodeHex(encoder, name, "some")).toBe(beginning + hexOf("some"));
    }
    expect(encodeHex(encoder, "vary", "a", "vary", "a")).toBe(`7b${hexOf("a")}be`);
  });

  test("goes into the table up to 256 bytes", () => {
    const encoder = new HpackEncoder();
    for (let time = 0; time < 2; time++) {
      expect(encodeHex(encoder, "vary", "v".repeat(257))).toBe(`0f2c7f8201${"76".repeat(257)}`);
    }
    expect(encodeHex(encoder, "vary", "v".repeat(256))).toBe(`7b7f8101${"76".repeat(256)}`);
    expect(encodeHex(encoder, "vary", "v".repeat(256))).toBe("be");
  });

  test("has a byte for each character", () => {
    expect(encodeHex(new HpackEncoder(), "x", "\xe4\xff")).toBe("00017802e4ff");
  });
});

test.each([
  [126, "7e"],
  [127, "7f00"],
  [128, "7f01"],
  [254, "7f7f"],
  [255, "7f8001"],
  [127 + 2 ** 14 - 1, "7fff7f"],
  [127 + 2 ** 14, "7f808001"],
])("a length of %i", (length, digits) => {
  const block = encodeHex(new HpackEncoder(), "x", "v".repeat(length));
  expect(block.slice(0, 6 + digits.length)).toBe(`000178${digits}`);
});

test("an index may take several bytes", () => {
  const encoder = new HpackEncoder();
  for (let at = 0; at < 66; at++) encode(encoder, "vary", String(at));
  expect(encodeHex(encoder, "vary", "0")).toBe("ff00");
  expect(encodeHex(encoder, "vary", "1")).toBe("fe");
});

test("it writes where it is told to, and says where that ends", () => {
  const out = Buffer.alloc(10, 0xee);
  expect(new HpackEncoder().encode([":status", "200"], out, 3)).toBe(4);
  expect(out.toString("hex")).toBe("eeeeee88eeeeeeeeeeee");
});

describe("the table's size", () => {
  test.each([
    ["stays as it is", [4096], ""],
    ["is no larger than it was in the beginning", [65_536], ""],
    ["is less", [100], "3f45"],
    ["fits a prefix", [30], "3e"],
    ["is nothing", [0], "20"],
    ["changes several times before the next block, and ends less", [0, 2000, 100], "203f45"],
    ["ends at its least", [200, 100], "3f45"],
    ["goes to nothing and back", [0, 4096], "203fe11f"],
    ["goes to nothing and far beyond", [0, 2 ** 32 - 1], "203fe11f"],
    ["goes to less, and to what is most", [100, 65_536], "3f453fe11f"],
  ])("%s", (_, sizes, expected) => {
    const encoder = new HpackEncoder();
    for (const size of sizes) encoder.resize(size);
    expect(encodeHex(encoder, ":status", "200")).toBe(`${expected}88`);
    expect(encodeHex(encoder, ":status", "200")).toBe("88");
  });

  test("can grow again in a later block", () => {
    const encoder = new HpackEncoder();
    encoder.resize(0);
    expect(encodeHex(encoder, "vary", "a")).toBe(`207b${hexOf("a")}`);
    encoder.resize(50);
    expect(encodeHex(encoder, "vary", "a", "vary", "a")).toBe(`3f137b${hexOf("a")}be`);
  });

  test("of nothing empties the table", () => {
    const encoder = new HpackEncoder();
    encode(encoder, "vary", "a");
    encoder.resize(0);
    encoder.resize(4096);
    expect(encodeHex(encoder, "vary", "a")).toBe(`203fe11f7b${hexOf("a")}`);
  });

  test("decides what is in the table, to a byte", () => {
    // "vary" and a value of one byte count for 37.
    for (const [size, kept] of [
      [74, ["bf", "be"]],
      [73, [`7b${hexOf("a")}`, `7b${hexOf("b")}`]],
    ] as const) {
      const encoder = new HpackEncoder();
      encoder.resize(size);
      encode(encoder, "vary", "a", "vary", "b");
      expect(encodeHex(encoder, "vary", "a")).toBe(kept[0]);
      expect(encodeHex(encoder, "vary", "b")).toBe(kept[1]);
    }
  });
});

test("any blocks and sizes are decoded, within the bound", () => {
  fc.assert(
    fc.property(steps(2, 300), (sequence) => {
      const encoder = new HpackEncoder();
      const decoder = new HpackDecoder(PLENTY);
      for (const step of sequence) {
        if (!Array.isArray(step)) {
          encoder.resize(step.tableBytes);
          continue;
        }
        const bound = encoder.boundOf(step);
        const out = Buffer.alloc(bound);
        const end = encoder.encode(step, out, 0);
        expect(end).toBeLessThan(bound);
        expect(decoder.decode(out.subarray(0, end))).toEqual({
          fields: step,
          isMalformed: false,
          isTooLarge: false,
        });
      }
    }),
    { numRuns: 40 },
  );
});

test("indices are right after thousands of fields", () => {
  const encoder = new HpackEncoder();
  const decoder = new HpackDecoder(PLENTY);
  for (let at = 0; at < 5000; at++) {
    const list = ["vary", String(at), "date", String(at >> 3), "vary", String(Math.max(0, at - 70))];
    expect(decoder.decode(encode(encoder, ...list)).fields).toEqual(list);
  }
});

test("the bound is enough for any fields", () => {
  const text = fc.oneof(
    fc.string({ unit: "binary", maxLength: 300 }),
    fc.constantFrom(...NAMES, ":status", "200"),
    fc.constantFrom(126, 127, 128, 16_511, 20_000).map((length) => "v".repeat(length)),
  );
  const list = fc.array(fc.tuple(text, text), { maxLength: 30 }).map((fields) => fields.flat());
  fc.assert(
    fc.property(list, fc.array(tableBytes, { maxLength: 3 }), (fields, sizes) => {
      const encoder = new HpackEncoder();
      for (let at = 0; at < 70; at++) encode(encoder, "vary", String(at));
      for (const size of sizes) encoder.resize(size);
      const bound = encoder.boundOf(fields);
      expect(encoder.encode(fields, Buffer.alloc(2 * bound), 0)).toBeLessThan(bound);
    }),
    { numRuns: 50 },
  );
});

test("nghttp2 decodes any blocks, and is told of each size of its table", async () => {
  await fc.assert(
    fc.asyncProperty(steps(4, 250), async (sequence) => {
      const peer = await Nghttp2Peer.connect();
      const encoder = new HpackEncoder();
      for (const step of sequence) {
        if (Array.isArray(step)) expect(await peer.decode(encode(encoder, ...step))).toEqual(step);
        else {
          await peer.limitDecoder(step.tableBytes);
          encoder.resize(step.tableBytes);
        }
      }
      peer.close();
    }),
    { numRuns: 10 },
  );
});
