import { describe, expect, test } from "vitest";
import { Metadata, type MetadataInit, type MetadataValue } from "../src/metadata.ts";
import { bytes, utf8 } from "./support/bytes.ts";

/** Calls with what TypeScript would refuse, as plain JavaScript can. */
function untyped<T>(value: unknown): T {
  return value as T;
}

describe("made from", () => {
  const expected = [
    ["a", "1"],
    ["b", "2"],
    ["b", "3"],
    ["c-bin", bytes(4)],
  ];

  test.each<[string, MetadataInit]>([
    ["a record", { a: "1", b: ["2", "3"], "c-bin": bytes(4) }],
    [
      "pairs",
      [
        ["a", "1"],
        ["b", "2"],
        ["b", "3"],
        ["c-bin", bytes(4)],
      ],
    ],
    [
      "a Map",
      new Map<string, MetadataValue>([
        ["a", "1"],
        ["b", "2, 3"],
      ]),
    ],
    ["other metadata", new Metadata({ a: "1", b: ["2", "3"], "c-bin": bytes(4) })],
  ])("%s", (name, init) => {
    const entries = [...new Metadata(init)];
    expect(entries).toEqual(
      name === "a Map"
        ? [
            ["a", "1"],
            ["b", "2, 3"],
          ]
        : expected,
    );
  });

  test("a generator of pairs", () => {
    function* pairs(): Generator<[string, string]> {
      yield ["A", "1"];
      yield ["a", "2"];
    }
    expect([...new Metadata(pairs())]).toEqual([
      ["a", "1"],
      ["a", "2"],
    ]);
  });

  test("web Headers", () => {
    expect(new Metadata(new Headers({ "X-One": "1" })).get("x-one")).toBe("1");
  });

  test("nothing", () => {
    expect(new Metadata().size).toBe(0);
    expect(new Metadata({}).size).toBe(0);
    expect(new Metadata([]).size).toBe(0);
    expect(new Metadata({ a: [] }).size).toBe(0);
  });

  test("a copy is independent of its original", () => {
    const original = new Metadata({ a: "1" });
    const copy = new Metadata(original);
    copy.set("a", "2");
    original.append("b", "3");
    expect(original.toJSON()).toEqual({ a: "1", b: "3" });
    expect(copy.toJSON()).toEqual({ a: "2" });
  });
});

test("keys are case-insensitive and kept in lower case", () => {
  const metadata = new Metadata({ "X-Request-ID": "1" });
  expect(metadata.keys()).toEqual(["x-request-id"]);
  for (const key of ["x-request-id", "X-REQUEST-ID", "X-Request-Id"]) {
    expect(metadata.get(key)).toBe("1");
    expect(metadata.getAll(key)).toEqual(["1"]);
    expect(metadata.has(key)).toBe(true);
  }
  metadata.append("X-request-id", "2");
  expect(metadata.getAll("x-request-id")).toEqual(["1", "2"]);
  expect(metadata.set("X-REQUEST-id", "3").toJSON()).toEqual({ "x-request-id": "3" });
  expect(metadata.delete("x-Request-iD")).toBe(true);
  expect(metadata.size).toBe(0);
});

test("several texts of a key are joined with a comma by get, apart in getAll, in order", () => {
  const metadata = new Metadata([
    ["a", "1"],
    ["b", "x"],
    ["a", "2"],
    ["a", ""],
  ]);
  expect(metadata.get("a")).toBe("1, 2, ");
  expect(metadata.getAll("a")).toEqual(["1", "2", ""]);
  expect(metadata.size).toBe(4);
  expect(metadata.keys()).toEqual(["a", "b"]);
});

test("what is absent is undefined, or an empty list", () => {
  const metadata = new Metadata({ a: "" });
  expect(metadata.get("a")).toBe("");
  expect(metadata.get("b")).toBeUndefined();
  expect(metadata.getAll("b")).toEqual([]);
  expect(metadata.getBinary("b-bin")).toBeUndefined();
  expect(metadata.getAllBinary("b-bin")).toEqual([]);
  expect(metadata.has("b")).toBe(false);
  expect(metadata.delete("b")).toBe(false);
});

test("keys that end in -bin hold bytes", () => {
  const metadata = new Metadata({ "Trace-BIN": [bytes(1), bytes(2, 3)] });
  expect(metadata.getBinary("trace-bin")).toEqual(bytes(1));
  expect(metadata.getAllBinary("TRACE-bin")).toEqual([bytes(1), bytes(2, 3)]);
  metadata.append("trace-bin", bytes());
  expect(metadata.getAllBinary("trace-bin")).toHaveLength(3);
  expect(metadata.set("trace-bin", bytes(9)).getAllBinary("trace-bin")).toEqual([bytes(9)]);
});

test("text and bytes are not mixed up", () => {
  const metadata = new Metadata({ a: "1", "b-bin": bytes(1) });
  expect(() => metadata.get("b-bin")).toThrow(new TypeError('"b-bin" holds bytes: use getBinary'));
  expect(() => metadata.getAll("B-BIN")).toThrow(TypeError);
  expect(() => metadata.getBinary("a")).toThrow(new TypeError('"a" holds text: use get'));
  expect(() => metadata.getAllBinary("A")).toThrow(TypeError);
  expect(() => metadata.set("b-bin", "AQ==")).toThrow('metadata "b-bin" takes a Uint8Array');
  expect(() => metadata.append("a", bytes(1))).toThrow('metadata "a" takes printable ASCII, "a-bin"');
  expect(() => new Metadata({ "c-bin": ["text"] })).toThrow(TypeError);
});

test("set replaces all values of a key and appends it, append adds", () => {
  const metadata = new Metadata([
    ["a", "1"],
    ["b", "2"],
    ["a", "3"],
  ]);
  expect(metadata.set("a", "4")).toBe(metadata);
  expect([...metadata]).toEqual([
    ["b", "2"],
    ["a", "4"],
  ]);
  expect(metadata.append("b", "5")).toBe(metadata);
  expect([...metadata]).toEqual([
    ["b", "2"],
    ["a", "4"],
    ["b", "5"],
  ]);
});

test("delete takes away all values of a key", () => {
  const metadata = new Metadata([
    ["a", "1"],
    ["b", "2"],
    ["a", "3"],
  ]);
  expect(metadata.delete("a")).toBe(true);
  expect(metadata.delete("a")).toBe(false);
  expect([...metadata]).toEqual([["b", "2"]]);
});

describe.each<[string, (metadata: Metadata, key: string, value: string) => unknown]>([
  ["set", (metadata, key, value) => metadata.set(key, value)],
  ["append", (metadata, key, value) => metadata.append(key, value)],
  ["the constructor with a record", (_, key, value) => new Metadata({ [key]: value })],
  ["the constructor with pairs", (_, key, value) => new Metadata([[key, value]])],
])("%s refuses", (_, put) => {
  test.each(["", " ", "a b", "a\n", "ä", "a:b", ":path", "a/b", "a=b", "(a)", "a\0"])("the key %j", (key) => {
    const metadata = new Metadata();
    expect(() => put(metadata, key, "1")).toThrow(TypeError);
    expect(() => put(metadata, key, "1")).toThrow(`invalid metadata key ${JSON.stringify(key)}`);
    expect(metadata.size).toBe(0);
  });

  test.each(["grpc-status", "Grpc-Message", "grpc-timeout", "grpc-encoding", "content-type", "TE", "host"])(
    "the reserved key %s",
    (key) => {
      expect(() => put(new Metadata(), key, "1")).toThrow(
        new TypeError(`metadata key "${key.toLowerCase()}" is reserved`),
      );
    },
  );

  test.each(["a\nb", "a\r\nx: y", "\0", "\x7f", "é", "😀", "\t"])("the value %j", (value) => {
    expect(() => put(new Metadata(), "a", value)).toThrow(
      new TypeError('metadata "a" takes printable ASCII, "a-bin" takes bytes'),
    );
  });
});

test.each([undefined, null, 1, true, {}, ["1"]])("a value that is %j is refused", (value) => {
  expect(() => new Metadata().set("a", untyped(value))).toThrow(TypeError);
  expect(() => new Metadata().append("a-bin", untyped(value))).toThrow(TypeError);
});

test("a refused value leaves what was there", () => {
  const metadata = new Metadata({ a: "1" });
  expect(() => metadata.set("a", "é")).toThrow(TypeError);
  expect(metadata.get("a")).toBe("1");
});

test("spaces around a value, which HTTP would drop, are dropped at once", () => {
  expect(new Metadata({ a: "  x y  " }).get("a")).toBe("x y");
});

test("toJSON shows bytes as base64 and several values as a list", () => {
  const metadata = new Metadata([
    ["a", "1"],
    ["b", "2"],
    ["b", "3"],
    ["c-bin", utf8("f")],
    ["__proto__", "4"],
  ]);
  const json: unknown = JSON.parse(JSON.stringify(metadata));
  expect(Object.entries(json as object)).toEqual([
    ["a", "1"],
    ["b", ["2", "3"]],
    ["c-bin", "Zg=="],
    ["__proto__", "4"],
  ]);
});

test("iteration gives each entry, in order, and is not disturbed by changes", () => {
  const metadata = new Metadata([
    ["b", "1"],
    ["a-bin", bytes(2)],
    ["b", "3"],
  ]);
  expect([...metadata]).toEqual([
    ["b", "1"],
    ["a-bin", bytes(2)],
    ["b", "3"],
  ]);
  expect(metadata.size).toBe(3);
  expect(new Map(metadata).size).toBe(2);
  for (const [key] of metadata) metadata.delete(key);
  expect(metadata.size).toBe(0);
});
