import { expect, test } from "vitest";
import { Metadata } from "../src/metadata.ts";
import { GrpcResponse, type GrpcResponseInit } from "../src/response.ts";
import { bytes } from "./support/bytes.ts";

test("has what it was made with", () => {
  const payload = bytes(1, 2);
  const response = new GrpcResponse({ payload, metadata: { "x-user-id": "1" }, trailers: { "x-cost": "2" } });
  expect(response.payload).toBe(payload);
  expect(response.metadata.get("x-user-id")).toBe("1");
  expect(response.trailers.get("x-cost")).toBe("2");
});

test("metadata and trailers can be changed after it was made", () => {
  const response = new GrpcResponse({ payload: bytes() });
  response.metadata.set("x-request-id", "unknown").append("x-server-version", "1.0.0");
  response.trailers.set("x-cost", "3");
  expect(response.metadata.toJSON()).toEqual({ "x-request-id": "unknown", "x-server-version": "1.0.0" });
  expect(response.trailers.toJSON()).toEqual({ "x-cost": "3" });
});

test("does not share metadata with what it was made from", () => {
  const shared = new Metadata({ a: "1" });
  const response = new GrpcResponse({ payload: bytes(), metadata: shared, trailers: shared });
  response.metadata.set("a", "2");
  expect(shared.get("a")).toBe("1");
  expect(response.trailers.get("a")).toBe("1");
});

test("the payload cannot be replaced", () => {
  const response = new GrpcResponse({ payload: bytes(1) });
  expect(Reflect.set(response, "payload", bytes(2))).toBe(false);
  expect(response.payload).toEqual(bytes(1));
});

test("shows its size as text", () => {
  expect(String(new GrpcResponse({ payload: bytes(1, 2, 3) }))).toBe("GrpcResponse(3 bytes)");
});

test.each([
  ["text", { payload: "text" }],
  ["a list", { payload: [1] }],
  ["another view of bytes", { payload: new DataView(new ArrayBuffer(1)) }],
  ["nothing", {}],
])("a payload that is %s is refused", (_, init) => {
  expect(() => new GrpcResponse(init as GrpcResponseInit)).toThrow(
    new TypeError("the payload of a response must be a Uint8Array"),
  );
});

test("bad metadata and trailers are refused", () => {
  expect(() => new GrpcResponse({ payload: bytes(), metadata: { "grpc-status": "0" } })).toThrow(TypeError);
  expect(() => new GrpcResponse({ payload: bytes(), trailers: { a: "é" } })).toThrow(TypeError);
});
