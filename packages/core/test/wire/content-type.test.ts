import { describe, expect, test } from "vitest";
import {
  type CodecName,
  contentTypesOf,
  type Framing,
  parseContentType,
} from "../../src/wire/content-type.ts";

const VECTORS: [string, Framing, CodecName][] = [
  ["application/grpc", "grpc", "proto"],
  ["application/grpc+proto", "grpc", "proto"],
  ["application/grpc+json", "grpc", "json"],
  ["application/grpc-web", "grpc-web", "proto"],
  ["application/grpc-web+proto", "grpc-web", "proto"],
  ["application/grpc-web+json", "grpc-web", "json"],
  ["application/grpc-web-text", "grpc-web-text", "proto"],
  ["application/grpc-web-text+proto", "grpc-web-text", "proto"],
  ["application/grpc-web-text+json", "grpc-web-text", "json"],
];

describe.each(VECTORS)("%s", (value, framing, codec) => {
  test.each([
    ["as it is", value],
    ["with a parameter", `${value};charset=utf-8`],
    ["with a parameter after a space", `${value} ; charset=utf-8`],
    ["with several parameters", `${value}; a=b; c="d;e"`],
    ["with an empty parameter", `${value};`],
    ["in upper case", value.toUpperCase()],
    ["in mixed case with a parameter", `${value.replace("application", "Application")};q=1`],
    ["with spaces around", ` ${value} `],
  ])("%s", (_, written) => {
    expect(parseContentType(written)).toEqual({ framing, codec, value });
  });
});

test.each([
  "",
  ";",
  "application/json",
  "application/proto",
  "application/grpc+thrift",
  "application/grpc+",
  "application/grpc+protobuf",
  "application/grpc-web+xml",
  "application/grpc-web-text+thrift",
  "application/grpcx",
  "application/grpc-websocket",
  "application/x-grpc",
  "text/application/grpc",
  "application /grpc",
  "application/grpc, application/grpc",
  "charset=utf-8; application/grpc",
  "constructor",
])("%j is none of ours", (value) => {
  expect(parseContentType(value)).toBeUndefined();
});

test("the types of framings are listed", () => {
  expect(contentTypesOf(["grpc"])).toBe("application/grpc, application/grpc+proto, application/grpc+json");
  expect(contentTypesOf(["grpc-web", "grpc-web-text"]).split(", ")).toEqual(
    VECTORS.slice(3).map(([value]) => value),
  );
  expect(contentTypesOf([])).toBe("");
});
