import { GrpcError, GrpcStatusCode } from "@railhead/core";
import { describe, expect, test } from "vitest";
import {
  areTrailers,
  FieldList,
  Http2Head,
  type RequestFields,
  readRequest,
} from "../../src/http2/request.ts";
import { NodePeer } from "../../src/platform.ts";

const PSEUDO = [":method", "POST", ":scheme", "http", ":path", "/a"];
const nobody = new NodePeer("2", () => undefined);

function read(...fields: string[]): RequestFields | undefined {
  return readRequest([...PSEUDO, ...fields]);
}

function fieldsOf(headers: FieldList): string[][] {
  const all: string[][] = [];
  headers.forEach((value, name) => void all.push([name, value]));
  return all;
}

describe("a request", () => {
  test("has method, path and fields", () => {
    const request = read(":authority", "localhost", "te", "trailers", "x", "1");
    expect(request).toMatchObject({ method: "POST", target: "/a", contentLength: -1 });
    expect(request && fieldsOf(request.headers)).toEqual([
      ["te", "trailers"],
      ["x", "1"],
    ]);
  });

  test("may have its pseudo-headers in any order, and no authority", () => {
    expect(readRequest([":path", "/b", ":scheme", "https", ":method", "GET"])).toMatchObject({
      method: "GET",
      target: "/b",
    });
  });

  test.each([
    ["the method", [":scheme", "http", ":path", "/a"]],
    ["the scheme", [":method", "POST", ":path", "/a"]],
    ["the path", [":method", "POST", ":scheme", "http"]],
    ["all", []],
    ["all but a field", ["x", "1"]],
    ["a method that is not empty", [":method", "", ":scheme", "http", ":path", "/a"]],
    ["a scheme that is not empty", [":method", "POST", ":scheme", "", ":path", "/a"]],
    ["a path that is not empty", [":method", "POST", ":scheme", "http", ":path", ""]],
    ["a path that begins with a slash", [":method", "POST", ":scheme", "http", ":path", "a/b"]],
    ["one path", [":method", "POST", ":scheme", "http", ":path", "", ":path", "/a"]],
    ["one method", [":method", "", ":method", "POST", ":scheme", "http", ":path", "/a"]],
    ["one scheme", [":method", "POST", ":scheme", "", ":scheme", "http", ":path", "/a"]],
  ])("is malformed without %s", (_, fields) => {
    expect(readRequest(fields)).toBeUndefined();
  });

  test.each([
    ["a second method", ":method", "POST"],
    ["a second scheme", ":scheme", "http"],
    ["a second path", ":path", "/a"],
    ["a response's pseudo-header", ":status", "200"],
    ["an unknown pseudo-header", ":x", "1"],
    ["a colon for a name", ":", "1"],
    ["connection", "connection", "close"],
    ["keep-alive", "keep-alive", "1"],
    ["proxy-connection", "proxy-connection", "close"],
    ["transfer-encoding", "transfer-encoding", "chunked"],
    ["upgrade", "upgrade", "x"],
    ["te for anything but trailers", "te", "gzip"],
    ["te for more than trailers", "te", "trailers, gzip"],
    ["an empty te", "te", ""],
    ["a content-length that is no number", "content-length", "a"],
    ["a content-length with a sign", "content-length", "+1"],
    ["a negative content-length", "content-length", "-1"],
    ["a content-length with a fraction", "content-length", "1.5"],
    ["an empty content-length", "content-length", ""],
    ["a content-length that is a list", "content-length", "1, 1"],
  ])("is malformed with %s", (_, name, value) => {
    expect(read(name, value)).toBeUndefined();
    expect(read("x", "1", name, value)).toBeUndefined();
  });

  test("is malformed with two authorities", () => {
    expect(read(":authority", "a", ":authority", "a")).toBeUndefined();
    expect(read(":authority", "", ":authority", "a")).toBeUndefined();
  });

  test("is malformed with a pseudo-header behind a field", () => {
    expect(readRequest([":method", "POST", ":scheme", "http", "x", "1", ":path", "/a"])).toBeUndefined();
    expect(read("x", "1", ":authority", "a")).toBeUndefined();
  });

  test("is malformed with two lengths, were they the same", () => {
    expect(read("content-length", "0", "content-length", "0")).toBeUndefined();
  });

  test.each([
    ["0", 0],
    ["17", 17],
    ["007", 7],
  ])("has a content-length: %s", (text, expected) => {
    expect(read("content-length", text)?.contentLength).toBe(expected);
  });
});

describe("the fields", () => {
  const list = new FieldList(
    [":path", "/", "a", "1", "cookie", "x=1", "b", "2", "a", "3", "cookie", "y=2", "a", "4"],
    2,
  );

  test.each([
    ["b", "2"],
    ["a", "1, 3, 4"],
    ["cookie", "x=1; y=2"],
    ["c", null],
    [":path", null],
    ["1", null],
  ])("are looked up by name, repeated ones as one: %s", (name, expected) => {
    expect(list.get(name)).toBe(expected);
  });

  test("are visited in their order, each by itself", () => {
    expect(fieldsOf(list)).toEqual([
      ["a", "1"],
      ["cookie", "x=1"],
      ["b", "2"],
      ["a", "3"],
      ["cookie", "y=2"],
      ["a", "4"],
    ]);
  });

  test("may be empty", () => {
    expect(new FieldList(["a", ""], 0).get("a")).toBe("");
    expect(fieldsOf(new FieldList([], 0))).toEqual([]);
  });
});

describe("the head of a request", () => {
  test.each([
    ["/a/b", "/a/b", ""],
    ["/a/b?c=d", "/a/b", "c=d"],
    ["/a?b?c", "/a", "b?c"],
    ["/a?", "/a", ""],
    ["*", "*", ""],
  ])("has path and query: %s", (target, path, query) => {
    const request = readRequest([":method", "GET", ":scheme", "http", ":path", target]);
    if (request === undefined) throw new Error("malformed");
    const head = new Http2Head(request, nobody, undefined);
    expect(head).toMatchObject({ method: "GET", path, query, refusal: undefined });
    expect(head.headers).toBe(request.headers);
  });

  test("says where it comes from, and why it is refused", () => {
    const request = read();
    if (request === undefined) throw new Error("malformed");
    const refusal = new GrpcError(GrpcStatusCode.RESOURCE_EXHAUSTED, "too much");
    const head = new Http2Head(request, nobody, refusal);
    expect(head.refusal).toBe(refusal);
    expect(head.platform).toBe(nobody);
    expect(head.peer).toBeUndefined();
  });
});

test.each([
  [[], true],
  [["x", "1", "y", ":"], true],
  [["x", "1", ":path", "/"], false],
  [[":status", "200"], false],
  [["connection", "close"], false],
  [["x", "connection"], true],
])("whether %j can be trailers", (fields, expected) => {
  expect(areTrailers(fields)).toBe(expected);
});
