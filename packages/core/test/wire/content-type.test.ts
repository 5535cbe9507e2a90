import { describe, expect, test } from "vitest";
import {
  type CodecName,
  contentTypesOf,
  type Framing,
  type ProtocolName,
  parseContentType,
} from "../../src/wire/content-type.ts";

const VECTORS: [string, ProtocolName, Framing, CodecName][] = [
  ["application/grpc", "grpc", "grpc", "proto"],
  ["application/grpc+proto", "grpc", "grpc", "proto"],
  ["application/grpc+json", "grpc", "grpc", "json"],
  ["application/grpc-web", "grpc-web", "grpc-web", "proto"],
  ["application/grpc-web+proto", "grpc-web", "grpc-web", "proto"],
  ["application/grpc-web+json", "grpc-web", "grpc-web", "json"],
  ["application/grpc-web-text", "grpc-web", "grpc-web-text", "proto"],
  ["application/grpc-web-text+proto", "grpc-web", "grpc-web-text", "proto"],
  ["application/grpc-web-text+json", "grpc-web", "grpc-web-text", "json"],
  ["application/proto", "connect", "connect-unary", "proto"],
  ["application/json", "connect", "connect-unary", "json"],
  ["application/connect+proto", "connect", "connect-stream", "proto"],
  ["application/connect+json", "connect", "connect-stream", "json"],
];

describe.each(VECTORS)("%s", (value, protocol, framing, codec) => {
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
    expect(parseContentType(written)).toEqual({ protocol, framing, codec, value });
  });
});

test.each([
  "",
  ";",
  "application/",
  "application/protobuf",
  "application/x-protobuf",
  "application/json+proto",
  "application/connect",
  "application/connect+",
  "application/connect+thrift",
  "text/json",
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

test("the types that will do are listed", () => {
  const all = VECTORS.map(([value]) => value);
  expect(contentTypesOf(() => true).split(", ")).toEqual(all);
  expect(contentTypesOf(({ framing }) => framing === "grpc")).toBe(
    "application/grpc, application/grpc+proto, application/grpc+json",
  );
  expect(contentTypesOf(({ codec }) => codec === "json").split(", ")).toEqual(
    all.filter((value) => value.endsWith("json")),
  );
  expect(contentTypesOf(() => false)).toBe("");
});
