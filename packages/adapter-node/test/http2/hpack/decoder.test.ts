import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { HpackDecoder } from "../../../src/http2/hpack/decoder.ts";
import { ErrorCode } from "../../../src/http2/protocol.ts";
import { encodeFields } from "../../support/hpack.ts";
import { hex } from "../support/bytes.ts";
import { faultCode } from "../support/fault-code.ts";
import { Nghttp2Peer } from "../support/nghttp2.ts";

type Field = readonly [name: string, value: string];

const PLENTY = 2 ** 20;

function decodeHex(decoder: HpackDecoder, digits: string): readonly string[] {
  return decoder.decode(hex(digits)).fields;
}

/** The dynamic table, newest first, found out by its indices. */
function tableOf(decoder: HpackDecoder): readonly (readonly string[])[] {
  const entries: (readonly string[])[] = [];
  for (let index = 62; index < 127; index++) {
    try {
      entries.push(decoder.decode(Buffer.from([0x80 | index])).fields);
    } catch {
      break;
    }
  }
  return entries;
}

function bytesOf(entries: readonly (readonly string[])[]): number {
  return entries.reduce((sum, entry) => sum + entry.join("").length + 32, 0);
}

/** A string literal without Huffman's code. */
function literal(text: string): Buffer {
  return encodeFields([[text, ""]]).subarray(1, -1);
}

/** A literal field that goes into the dynamic table. */
function inserted(name: string, value: string): Buffer {
  return Buffer.concat([Buffer.from([0x40]), literal(name), literal(value)]);
}

const DATE = "Mon, 21 Oct 2013 20:13:21 GMT";
const LATER = "Mon, 21 Oct 2013 20:13:22 GMT";
const COOKIE = "foo=ASDJKHQKBZXOQWEOPIUAXQWEOIU; max-age=3600; version=1";
const AUTHORITY: Field = [":authority", "www.example.com"];
const NO_CACHE: Field = ["cache-control", "no-cache"];
const CUSTOM: Field = ["custom-key", "custom-value"];
const PRIVATE: Field = ["cache-control", "private"];
const LOCATION: Field = ["location", "https://www.example.com"];

const GET: Field = [":method", "GET"];
const HTTP: Field = [":scheme", "http"];
const ROOT: Field = [":path", "/"];

/** The lists of fields, each with the table behind it, newest first, and that table's size. */
const REQUESTS: readonly (readonly [fields: readonly Field[], table: readonly Field[], bytes: number])[] = [
  [[GET, HTTP, ROOT, AUTHORITY], [AUTHORITY], 57],
  [[GET, HTTP, ROOT, AUTHORITY, NO_CACHE], [NO_CACHE, AUTHORITY], 110],
  [
    [GET, [":scheme", "https"], [":path", "/index.html"], AUTHORITY, CUSTOM],
    [CUSTOM, NO_CACHE, AUTHORITY],
    164,
  ],
];
const RESPONSES: typeof REQUESTS = [
  [
    [[":status", "302"], PRIVATE, ["date", DATE], LOCATION],
    [LOCATION, ["date", DATE], PRIVATE, [":status", "302"]],
    222,
  ],
  [
    [[":status", "307"], PRIVATE, ["date", DATE], LOCATION],
    [[":status", "307"], LOCATION, ["date", DATE], PRIVATE],
    222,
  ],
  [
    [
      [":status", "200"],
      PRIVATE,
      ["date", LATER],
      LOCATION,
      ["content-encoding", "gzip"],
      ["set-cookie", COOKIE],
    ],
    [
      ["set-cookie", COOKIE],
      ["content-encoding", "gzip"],
      ["date", LATER],
    ],
    215,
  ],
];

describe("the examples of RFC 7541", () => {
  test.each([
    [
      "C.2.1",
      "400a 6375 7374 6f6d 2d6b 6579 0d63 7573 746f 6d2d 6865 6164 6572",
      "custom-key",
      "custom-header",
      1,
    ],
    ["C.2.2", "040c 2f73 616d 706c 652f 7061 7468", ":path", "/sample/path", 0],
    ["C.2.3", "1008 7061 7373 776f 7264 0673 6563 7265 74", "password", "secret", 0],
    ["C.2.4", "82", ":method", "GET", 0],
  ])("%s: a field by itself", (_, block, name, value, kept) => {
    const decoder = new HpackDecoder(PLENTY);
    expect(decodeHex(decoder, block)).toEqual([name, value]);
    expect(tableOf(decoder)).toHaveLength(kept);
  });

  test.each([
    [
      "C.3: requests",
      "",
      REQUESTS,
      [
        "8286 8441 0f77 7777 2e65 7861 6d70 6c65 2e63 6f6d",
        "8286 84be 5808 6e6f 2d63 6163 6865",
        "8287 85bf 400a 6375 7374 6f6d 2d6b 6579 0c63 7573 746f 6d2d 7661 6c75 65",
      ],
    ],
    [
      "C.4: requests in Huffman's code",
      "",
      REQUESTS,
      [
        "8286 8441 8cf1 e3c2 e5f2 3a6b a0ab 90f4 ff",
        "8286 84be 5886 a8eb 1064 9cbf",
        "8287 85bf 4088 25a8 49e9 5ba9 7d7f 8925 a849 e95b b8e8 b4bf",
      ],
    ],
    [
      "C.5: responses and a table of 256 bytes",
      "3fe101",
      RESPONSES,
      [
        `4803 3330 3258 0770 7269 7661 7465 611d 4d6f 6e2c 2032 3120 4f63 7420 3230 3133 2032 303a 3133 3a32
         3120 474d 546e 1768 7474 7073 3a2f 2f77 7777 2e65 7861 6d70 6c65 2e63 6f6d`,
        "4803 3330 37c1 c0bf",
        `88c1 611d 4d6f 6e2c 2032 3120 4f63 7420 3230 3133 2032 303a 3133 3a32 3220 474d 54c0 5a04 677a 6970
         7738 666f 6f3d 4153 444a 4b48 514b 425a 584f 5157 454f 5049 5541 5851 5745 4f49 553b 206d 6178 2d61
         6765 3d33 3630 303b 2076 6572 7369 6f6e 3d31`,
      ],
    ],
    [
      "C.6: responses in Huffman's code and a table of 256 bytes",
      "3fe101",
      RESPONSES,
      [
        `4882 6402 5885 aec3 771a 4b61 96d0 7abe 9410 54d4 44a8 2005 9504 0b81 66e0 82a6 2d1b ff6e 919d 29ad
         1718 63c7 8f0b 97c8 e9ae 82ae 43d3`,
        "4883 640e ffc1 c0bf",
        `88c1 6196 d07a be94 1054 d444 a820 0595 040b 8166 e084 a62d 1bff c05a 839b d9ab 77ad 94e7 821d d7f2
         e6c7 b335 dfdf cd5b 3960 d5af 2708 7f36 72c1 ab27 0fb5 291f 9587 3160 65c0 03ed 4ee5 b106 3d50 07`,
      ],
    ],
  ])("%s", (_, resize, expected, blocks) => {
    const decoder = new HpackDecoder(PLENTY);
    decodeHex(decoder, resize);
    for (const [at, block] of blocks.entries()) {
      const [fields, table, bytes] = expected[at] ?? [[], [], 0];
      expect(decoder.decode(hex(block))).toEqual({
        fields: fields.flat(),
        isMalformed: false,
        isTooLarge: false,
      });
      expect(tableOf(decoder)).toEqual(table);
      expect(bytesOf(tableOf(decoder))).toBe(bytes);
    }
  });
});

describe("integers", () => {
  test.each([
    ["that fit their prefix", "0001 61", 1, 30],
    ["the first that does not fit", "0001 61", 1, 127],
    ["of two octets more", "0001 61", 1, 127 + 128],
    ["of three octets more", "0001 61", 1, 127 + 2 ** 14],
  ])("a length %s", (_, start, __, length) => {
    const value = "v".repeat(length);
    const block = Buffer.concat([hex(start), literal(value)]);
    expect(new HpackDecoder(PLENTY).decode(block).fields).toEqual(["a", value]);
  });

  test("an octet may add nothing", () => {
    const decoder = new HpackDecoder(PLENTY);
    expect(decodeHex(decoder, `0001 61 7f80 00 ${"76".repeat(127)}`)).toEqual(["a", "v".repeat(127)]);
    expect(decodeHex(decoder, `0001 61 7f80 8080 00 ${"76".repeat(127)}`)).toEqual(["a", "v".repeat(127)]);
  });

  test("no integer has more than four octets behind its prefix", () => {
    const block = (octets: string) => hex(`0001 61 7f${octets} ${"76".repeat(127)}`);
    expect(new HpackDecoder(PLENTY).decode(block("8080 8000")).fields).toEqual(["a", "v".repeat(127)]);
    expect(faultCode(() => new HpackDecoder(PLENTY).decode(block("8080 8080 00")))).toBe(
      ErrorCode.COMPRESSION_ERROR,
    );
  });

  test("an index may have several octets", () => {
    const decoder = new HpackDecoder(PLENTY);
    for (let at = 0; at < 100; at++) decoder.decode(inserted("a", String(at)));
    // 61 of the static table, and 66 and 100 of this one.
    expect(decodeHex(decoder, "ff00")).toEqual(["a", "34"]);
    expect(decodeHex(decoder, "ff22")).toEqual(["a", "0"]);
    expect(faultCode(() => decodeHex(decoder, "ff23"))).toBe(ErrorCode.COMPRESSION_ERROR);
  });
});

test("an empty block has no fields", () => {
  expect(new HpackDecoder(PLENTY).decode(Buffer.alloc(0))).toEqual({
    fields: [],
    isMalformed: false,
    isTooLarge: false,
  });
});

test.each([
  ["index 0", "80"],
  ["an index behind the static table", "be"],
  ["an index far behind", "ff80 01"],
  ["a name's index behind the static table", "0f2f 0161"],
  ["a name's index behind the static table, to be kept", "7e 0161"],
  ["an index that is too large to be one", "ffff ffff ffff 7f"],
  ["an index with too many octets", "ff80 8080 8000"],
  ["a length that is too large to be one", "0001 617f ffff ffff 7f"],
  ["a length with too many octets", "0001 617f 8080 8080 00"],
  ["an index that is cut off", "ff"],
  ["an index that is cut off later", "ff80"],
  ["a name's index that is cut off", "7f"],
  ["a field without a name", "40"],
  ["a field without a value", "0001 61"],
  ["a field of a known name without a value", "44"],
  ["a length that is cut off", "0001 617f"],
  ["a name that is cut off", "0003 6162"],
  ["a value that is cut off", "0001 6103 6263"],
  ["a value in Huffman's code that is cut off", "0001 6182 64"],
  ["a size update that is cut off", "3f"],
  ["a size update behind a field", "8220"],
  ["a size update behind a literal field", "0001 6101 6220"],
  ["a size update beyond the limit", "3fe2 1f"],
  ["a size update far beyond the limit", "3fff ffff 7f"],
  ["a size update that ends nowhere", "3fff ffff ffff 7f"],
  ["padding of eight bits", "0001 6182 1fff"],
  ["padding with a zero", "0001 6181 18"],
  ["the end of the string in a string", "0001 6185 ffff ffff fc"],
  ["padding with a zero in a name", "0081 1801 61"],
])("a block cannot be decoded with %s", (_, block) => {
  expect(faultCode(() => new HpackDecoder(PLENTY).decode(hex(block)))).toBe(ErrorCode.COMPRESSION_ERROR);
});

describe("size updates", () => {
  test.each([
    ["to the limit", "3fe1 1f"],
    ["several", "203f e11f"],
    ["without a field", "20"],
    ["in the beginning of each block", "20 82"],
  ])("may come %s", (_, block) => {
    const decoder = new HpackDecoder(PLENTY);
    decodeHex(decoder, block);
    decodeHex(decoder, block);
  });

  test("to nothing empties the table for good", () => {
    const decoder = new HpackDecoder(PLENTY);
    decoder.decode(inserted("a", "1"));
    decodeHex(decoder, "20 3fe1 1f");
    expect(tableOf(decoder)).toEqual([]);
  });

  test.each([
    [3 * 34, 3],
    [3 * 34 - 1, 2],
    [34, 1],
    [33, 0],
  ])("a table of %i bytes keeps %i entries of 34 bytes", (bytes, kept) => {
    const decoder = new HpackDecoder(PLENTY);
    decodeHex(decoder, bytes < 31 ? "" : `3f${(bytes - 31).toString(16).padStart(2, "0")}`);
    for (const value of ["1", "2", "3", "4"]) decoder.decode(inserted("a", value));
    expect(tableOf(decoder)).toEqual(["4", "3", "2", "1"].slice(0, kept).map((value) => ["a", value]));
  });
});

test("an entry that is larger than the table empties it", () => {
  const decoder = new HpackDecoder(PLENTY);
  decoder.decode(inserted("a", "1"));
  expect(decoder.decode(inserted("b", "v".repeat(4096))).fields).toEqual(["b", "v".repeat(4096)]);
  expect(tableOf(decoder)).toEqual([]);
});

test("a new entry may take its name from the one that it drives out", () => {
  const decoder = new HpackDecoder(PLENTY);
  decodeHex(decoder, "3f03");
  decoder.decode(inserted("a", "1"));
  expect(decodeHex(decoder, "7e 0132 be")).toEqual(["a", "2", "a", "2"]);
  expect(tableOf(decoder)).toEqual([["a", "2"]]);
});

test("any insertions and size updates leave what a simple table would have", () => {
  const text = fc.string({ unit: fc.constantFrom(..."abc"), minLength: 1, maxLength: 60 });
  const step = fc.oneof(
    { weight: 20, arbitrary: fc.tuple(text, text) },
    { weight: 1, arbitrary: fc.integer({ min: 0, max: 30 }) },
    { weight: 1, arbitrary: fc.constant(4096) },
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 400, size: "max" }), (steps) => {
      const decoder = new HpackDecoder(PLENTY);
      let limit = 4096;
      let model: (readonly string[])[] = [];
      for (const next of steps) {
        if (typeof next === "number") {
          limit = next;
          decodeHex(decoder, next < 31 ? (0x20 | next).toString(16) : "3fe1 1f");
        } else {
          model.unshift(next);
          decoder.decode(inserted(...next));
        }
        while (bytesOf(model) > limit) model = model.slice(0, -1);
      }
      expect(tableOf(decoder)).toEqual(model.slice(0, 65));
    }),
    { numRuns: 50 },
  );
});

describe("the limit on a list of fields", () => {
  // 1 + 67 + 32 bytes.
  const field: Field = ["a", "v".repeat(67)];

  test.each([
    ["just fits", 100, [field], false, 1],
    ["is one too large", 99, [field], true, 0],
    ["just fits with the other", 200, [field, field], false, 2],
    ["is one too large with the other", 199, [field, field], true, 1],
  ])("a field that %s", (_, limit, fields, isTooLarge, kept) => {
    expect(new HpackDecoder(limit).decode(encodeFields(fields))).toEqual({
      fields: fields.slice(0, kept).flat(),
      isMalformed: false,
      isTooLarge,
    });
  });

  test("counts the fields of the table like any others", () => {
    const decoder = new HpackDecoder(2 * 42);
    expect(decodeHex(decoder, "82 82")).toEqual([":method", "GET", ":method", "GET"]);
    expect(decoder.decode(hex("8282 82")).isTooLarge).toBe(true);
  });

  test("only what comes in the beginning is kept", () => {
    const { fields } = new HpackDecoder(100).decode(
      encodeFields([
        ["a", "1"],
        ["b", "v".repeat(100)],
        ["c", "1"],
      ]),
    );
    expect(fields).toEqual(["a", "1"]);
  });

  test("what is too much goes into the table all the same", () => {
    const decoder = new HpackDecoder(50);
    const block = Buffer.concat([encodeFields([["a", "v".repeat(100)]]), inserted("b", "2")]);
    expect(decoder.decode(block)).toEqual({ fields: [], isMalformed: false, isTooLarge: true });
    expect(decoder.decode(hex("be"))).toEqual({ fields: ["b", "2"], isMalformed: false, isTooLarge: false });
  });
});

describe("what HTTP does not permit", () => {
  const isMalformed = (name: string, value: string): boolean =>
    new HpackDecoder(PLENTY).decode(encodeFields([[name, value]])).isMalformed;

  test.each(["", ":", "X", "x-Upper", "x y", "x:", "::x", "x\n", "x\0", "\tx", "x\x7f", "\xe4", "x(y)"])(
    "a name as %j",
    (name) => {
      expect(isMalformed(name, "1")).toBe(true);
    },
  );

  test.each(["\0", "a\rb", "a\nb", "a\0b", " a", "a ", "\ta", "a\t", " "])("a value as %j", (value) => {
    expect(isMalformed("x", value)).toBe(true);
  });

  test.each([
    ["x", ""],
    [":path", "/"],
    ["!#$%&'*+-.^_`|~09az", "a"],
    ["x", "a \tb"],
    ["x", "\x01\x7f\x80\xff"],
  ])("not %j: %j", (name, value) => {
    expect(isMalformed(name, value)).toBe(false);
  });

  test.each([
    ["in a name", "X", "1"],
    ["in a value", "x", "\n"],
  ])("%s counts again by its index", (_, name, value) => {
    const decoder = new HpackDecoder(PLENTY);
    expect(decoder.decode(inserted(name, value)).isMalformed).toBe(true);
    expect(decoder.decode(hex("be")).isMalformed).toBe(true);
    expect(decoder.decode(hex("82")).isMalformed).toBe(false);
  });

  test.each(["0f2f 0131", "7e 0131", "1f2f 0131"])(
    "in a name counts again with another value: %s",
    (block) => {
      const decoder = new HpackDecoder(PLENTY);
      decoder.decode(inserted("X", "1"));
      expect(decoder.decode(hex(block))).toMatchObject({ fields: ["X", "1"], isMalformed: true });
    },
  );

  test("in a value does not count with another", () => {
    const decoder = new HpackDecoder(PLENTY);
    decoder.decode(inserted("x", "\n"));
    expect(decoder.decode(hex("7e 0131"))).toMatchObject({ fields: ["x", "1"], isMalformed: false });
  });

  test("in one field counts for the block", () => {
    const block = encodeFields([
      ["x", "1"],
      ["X", "1"],
      ["x", "1"],
    ]);
    expect(new HpackDecoder(PLENTY).decode(block).isMalformed).toBe(true);
  });

  test("in a field that is too much counts, too", () => {
    expect(new HpackDecoder(10).decode(encodeFields([["X", "1"]]))).toEqual({
      fields: [],
      isMalformed: true,
      isTooLarge: true,
    });
  });
});

describe("the static table", () => {
  const NOT_IN_RESPONSES = new Map([
    [28, "content-length"],
    [57, "transfer-encoding"],
  ]);

  test.each(
    [
      [":authority", ""],
      [":method", "GET"],
      [":method", "POST"],
      [":path", "/"],
      [":path", "/index.html"],
      [":scheme", "http"],
      [":scheme", "https"],
      [":status", "200"],
      [":status", "204"],
      [":status", "206"],
      [":status", "304"],
      [":status", "400"],
      [":status", "404"],
      [":status", "500"],
    ].map(([name, value], at) => [at + 1, name, value] as const),
  )("begins with %i: %s %s", (index, name, value) => {
    expect(new HpackDecoder(PLENTY).decode(Buffer.from([0x80 | index]))).toEqual({
      fields: [name, value],
      isMalformed: false,
      isTooLarge: false,
    });
  });

  test("is that of nghttp2", async () => {
    // Behind ":status: 200", all that may be in a response as they are there.
    const indices = Array.from({ length: 47 }, (_, at) => at + 15).filter(
      (index) => !NOT_IN_RESPONSES.has(index),
    );
    const block = Buffer.from([8, ...indices].map((index) => 0x80 | index));
    const peer = await Nghttp2Peer.connect();
    const expected = await peer.decode(block);
    expect(expected).toHaveLength(2 * (1 + indices.length));
    expect(new HpackDecoder(PLENTY).decode(block).fields).toEqual(expected);
    for (const [index, name] of NOT_IN_RESPONSES) {
      expect(new HpackDecoder(PLENTY).decode(Buffer.from([0x80 | index])).fields).toEqual([name, ""]);
    }
  });
});

test("what nghttp2 encodes is decoded, while the size of its table changes", async () => {
  const names = [
    "x-a",
    "x-b",
    "user-agent",
    "accept",
    "authorization",
    "cookie",
    "content-type",
    "x-a-longer-name",
  ];
  const character = fc.oneof(
    fc.constantFrom(..."0123456789abcdefgh"),
    fc.integer({ min: 0x20, max: 0x7e }).map((code) => String.fromCharCode(code)),
    fc.integer({ min: 0x80, max: 0xff }).map((code) => String.fromCharCode(code)),
  );
  const value = fc.oneof(
    fc.constantFrom("application/grpc", "1", "gzip"),
    fc.string({ unit: character, maxLength: 200, size: "max" }).map((text) => `<${text}>`),
  );
  const request = fc.uniqueArray(fc.tuple(fc.constantFrom(...names), value), {
    selector: ([name]) => name,
    maxLength: 6,
  });
  const tableBytes = fc.option(fc.constantFrom(0, 100, 1000, 4096), { nil: undefined, freq: 10 });
  const requests = fc.array(fc.tuple(tableBytes, request), { minLength: 1, maxLength: 60, size: "max" });
  await fc.assert(
    fc.asyncProperty(requests, async (sent) => {
      const decoder = new HpackDecoder(PLENTY);
      const peer = await Nghttp2Peer.connect();
      for (const [bytes, fields] of sent) {
        if (bytes !== undefined) await peer.limitEncoder(bytes);
        const decoded = decoder.decode(await peer.encode(fields));
        expect(decoded).toMatchObject({ isMalformed: false, isTooLarge: false });
        expect(decoded.fields.slice(8)).toEqual(fields.flat());
      }
      peer.close();
    }),
    { numRuns: 15 },
  );
});
