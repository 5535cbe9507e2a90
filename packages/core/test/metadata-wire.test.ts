import { describe, expect, test } from "vitest";
import {
  appendFields,
  appendMetadata,
  Metadata,
  type ReadonlyMetadata,
  readonlyMetadata,
  receiveField,
  sealMetadata,
} from "../src/metadata.ts";
import { bytes, utf8 } from "./support/bytes.ts";

/** Request metadata from header fields; undefined when one of them is broken. */
function readFields(fields: [string, string][]): ReadonlyMetadata | undefined {
  const metadata = new Metadata();
  return fields.every(([name, value]) => receiveField(metadata, name, value))
    ? sealMetadata(metadata)
    : undefined;
}

describe("binary values on the wire", () => {
  test.each<[string, Uint8Array]>([
    ["", bytes()],
    ["Zg", utf8("f")],
    ["Zm8", utf8("fo")],
    ["Zm9v", utf8("foo")],
    ["+/8", bytes(0xfb, 0xff)],
  ])("%j", (encoded, decoded) => {
    const list: string[] = [];
    appendFields(list, new Metadata({ "x-bin": decoded }));
    expect(list, "written without padding").toEqual(["x-bin", encoded]);
    expect(readFields([["x-bin", encoded]])?.getAllBinary("x-bin")).toEqual([decoded]);
    const padded = encoded.padEnd(Math.ceil(encoded.length / 4) * 4, "=");
    expect(readFields([["x-bin", padded]])?.getAllBinary("x-bin")).toEqual([decoded]);
  });

  test("several may be joined with commas, each padded or not", () => {
    const metadata = readFields([
      ["x-bin", "Zg==,Zm8 , Zm9v"],
      ["x-bin", "Zg"],
    ]);
    expect(metadata?.getAllBinary("x-bin")).toEqual(["f", "fo", "foo", "f"].map(utf8));
  });

  test.each(["Z", "Zg=", "Zg== Zg==", "Zm9v!", "-_-_", "Zm9v,!"])("%j is broken", (value) => {
    expect(readFields([["x-bin", value]])).toBeUndefined();
  });
});

test("fields of the protocol and of HTTP are not metadata", () => {
  const metadata = readFields([
    [":path", "/a/b"],
    ["content-type", "application/grpc"],
    ["te", "trailers"],
    ["grpc-timeout", "1S"],
    ["grpc-status-details-bin", "not base64!"],
    ["host", "h"],
    ["user-agent", "test"],
    ["x", "1"],
  ]);
  expect([...(metadata ?? [])]).toEqual([
    ["user-agent", "test"],
    ["x", "1"],
  ]);
});

test("repeated text fields stay apart", () => {
  const metadata = readFields([
    ["x", "1, 2"],
    ["x", "3"],
  ]);
  expect(metadata?.getAll("x")).toEqual(["1, 2", "3"]);
  expect(metadata?.get("x")).toBe("1, 2, 3");
});

describe("request metadata", () => {
  test.each<[string, (metadata: Metadata) => unknown]>([
    ["set", (metadata) => metadata.set("x", "2")],
    ["append", (metadata) => metadata.append("y", "2")],
    ["delete", (metadata) => metadata.delete("x")],
  ])("refuses %s at run time", (_, change) => {
    const metadata = readFields([["x", "1"]]);
    // The type has no such method; the object has.
    expect(metadata).toBeInstanceOf(Metadata);
    expect(() => change(metadata as Metadata)).toThrow(new TypeError("received metadata is read-only"));
    expect(metadata?.toJSON()).toEqual({ x: "1" });
  });

  test("can be copied and changed then", () => {
    const copy = new Metadata(
      readFields([
        ["x", "1"],
        ["y-bin", "Zg"],
      ]),
    );
    expect(copy.set("x", "2").toJSON()).toEqual({ x: "2", "y-bin": "Zg==" });
  });

  test("is not copied again where it is read-only already", () => {
    const once = readonlyMetadata({ a: "1" });
    expect(readonlyMetadata(once)).toBe(once);
  });

  test("does not see later changes of what it was made from", () => {
    const original = new Metadata({ a: "1" });
    const frozen = readonlyMetadata(original);
    original.set("a", "2").set("b", "3");
    expect(frozen.toJSON()).toEqual({ a: "1" });
  });
});

test("fields are appended in order, behind what is there", () => {
  const list = ["content-type", "application/grpc"];
  appendFields(
    list,
    new Metadata([
      ["b", "1"],
      ["a", "2"],
      ["b", "3"],
    ]),
  );
  appendFields(list, undefined);
  expect(list.slice(2)).toEqual(["b", "1", "a", "2", "b", "3"]);
});

test("metadata is added to metadata without replacing any", () => {
  const to = new Metadata({ a: "1" });
  appendMetadata(
    to,
    new Metadata([
      ["a", "2"],
      ["b-bin", bytes(3)],
    ]),
  );
  expect([...to]).toEqual([
    ["a", "1"],
    ["a", "2"],
    ["b-bin", bytes(3)],
  ]);
});
