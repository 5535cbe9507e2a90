import { describe, expect, test } from "vitest";
import { Metadata } from "../src/metadata.ts";
import { GrpcRequest, type GrpcRequestInit, GrpcStreamRequest } from "../src/request.ts";
import { bytes } from "./support/bytes.ts";
import { forbidUnhandledRejections } from "./support/hygiene.ts";

forbidUnhandledRejections();

const NAMES = { serviceName: "example.UserService", methodName: "GetUser" };

function request(init: Partial<GrpcRequestInit> = {}): GrpcRequest {
  return new GrpcRequest({ ...NAMES, payload: bytes(1, 2, 3), ...init });
}

async function* stream(...messages: Uint8Array[]): AsyncGenerator<Uint8Array> {
  yield* messages;
}

describe("GrpcRequest", () => {
  test("has what it was made with", () => {
    const payload = bytes(1, 2, 3);
    const made = request({ payload, metadata: { Authorization: "Bearer token123" } });
    expect(made.serviceName).toBe("example.UserService");
    expect(made.methodName).toBe("GetUser");
    expect(made.payload).toBe(payload);
    expect(made.metadata.get("authorization")).toBe("Bearer token123");
  });

  test("has empty metadata when it was given none", () => {
    expect(request().metadata.size).toBe(0);
    expect(request({ metadata: undefined }).metadata.size).toBe(0);
  });

  test.each(["serviceName", "methodName", "payload", "metadata"])("%s cannot be replaced", (property) => {
    const made = request();
    const before: unknown = Reflect.get(made, property);
    expect(Reflect.set(made, property, "other")).toBe(false);
    expect(Reflect.get(made, property)).toBe(before);
  });

  test("its metadata cannot be changed, neither directly nor through what it was made from", () => {
    const metadata = new Metadata({ a: "1" });
    const made = request({ metadata });
    metadata.set("a", "2");
    expect(made.metadata.get("a")).toBe("1");
    expect(() => (made.metadata as Metadata).set("a", "3")).toThrow("read-only");
  });

  test("getMetadata finds text under a key of any case", () => {
    const made = request({ metadata: { "x-request-id": "req-456", "x-bin": bytes(1), "x-two": ["1", "2"] } });
    expect(made.getMetadata("x-request-id")).toBe("req-456");
    expect(made.getMetadata("X-Request-ID")).toBe("req-456");
    expect(made.getMetadata("x-two")).toBe("1, 2");
    expect(made.getMetadata("absent")).toBeUndefined();
    expect(made.getMetadata("x-bin")).toBeUndefined();
    expect(made.getMetadata("X-BIN")).toBeUndefined();
  });

  test("shows service, method and size as text", () => {
    expect(String(request())).toBe("GrpcRequest(example.UserService/GetUser, 3 bytes)");
    expect(`${request({ payload: bytes() })}`).toBe("GrpcRequest(example.UserService/GetUser, 0 bytes)");
  });

  test.each([
    ["a payload that is text", { payload: "text" }],
    ["a payload that is a list", { payload: [1, 2] }],
    ["a payload that is an ArrayBuffer", { payload: new ArrayBuffer(1) }],
    ["a payload that is another view of one", { payload: new DataView(new ArrayBuffer(1)) }],
    ["no payload", { payload: undefined }],
    ["no service name", { serviceName: undefined }],
    ["a method name that is a number", { methodName: 1 }],
    ["metadata with a bad key", { metadata: { "bad key": "1" } }],
    ["metadata with a reserved key", { metadata: { "grpc-timeout": "1S" } }],
  ])("%s is refused", (_, init) => {
    expect(() => request(init as Partial<GrpcRequestInit>)).toThrow(TypeError);
  });

  test("takes a Buffer, which is a Uint8Array", () => {
    expect(request({ payload: Buffer.from("abc") }).payload).toHaveLength(3);
  });
});

describe("GrpcStreamRequest", () => {
  test("has what it was made with", () => {
    const messages = stream();
    const made = new GrpcStreamRequest({ ...NAMES, messages, metadata: { a: "1", "b-bin": bytes(1) } });
    expect(made).toMatchObject(NAMES);
    expect(made.messages).toBe(messages);
    expect(made.getMetadata("A")).toBe("1");
    expect(made.getMetadata("b-bin")).toBeUndefined();
    expect(made.getMetadata("c")).toBeUndefined();
    expect(String(made)).toBe("GrpcStreamRequest(example.UserService/GetUser)");
  });

  test("is read as an async iterable", async () => {
    const made = new GrpcStreamRequest({ ...NAMES, messages: stream(bytes(1), bytes(2)) });
    expect(await Array.fromAsync(made.messages)).toEqual([bytes(1), bytes(2)]);
  });

  test("is read as a web stream, one chunk a message", async () => {
    const made = new GrpcStreamRequest({ ...NAMES, messages: stream(bytes(1), bytes(), bytes(2)) });
    expect(made.readable).toBe(made.readable);
    expect(made.readable).toBeInstanceOf(ReadableStream);
    expect(await Array.fromAsync(made.readable)).toEqual([bytes(1), bytes(), bytes(2)]);
  });

  test("names that are no strings and bad metadata are refused", () => {
    const init = { ...NAMES, messages: stream() };
    expect(() => new GrpcStreamRequest({ ...init, metadata: { é: "1" } })).toThrow(TypeError);
    expect(() => new GrpcStreamRequest({ ...init, serviceName: undefined as unknown as string })).toThrow(
      TypeError,
    );
  });

  test.each(["serviceName", "methodName", "messages", "metadata", "readable"])(
    "%s cannot be replaced",
    (name) => {
      const made = new GrpcStreamRequest({ ...NAMES, messages: stream() });
      expect(Reflect.set(made, name, "other")).toBe(false);
      expect(Reflect.get(made, name)).not.toBe("other");
    },
  );
});
