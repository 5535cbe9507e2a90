import { describe, expect, test } from "vitest";
import type { MethodKind } from "../src/context.ts";
import type { GrpcHandler, GrpcStreamHandler } from "../src/handler.ts";
import { HandlerRegistry } from "../src/registry.ts";
import { GrpcResponse } from "../src/response.ts";
import { bytes } from "./support/bytes.ts";

const unary: GrpcHandler = { handleRequest: () => new GrpcResponse({ payload: bytes() }) };
const streaming: GrpcStreamHandler = { async *handleStream() {} };

function register(handler: unknown, methods?: Record<string, unknown>): HandlerRegistry {
  const options = methods === undefined ? {} : { methods: methods as Record<string, MethodKind> };
  return new HandlerRegistry().registerHandler("test.Service", handler as GrpcHandler, options);
}

describe("a handler is", () => {
  class Base {
    handleRequest(): GrpcResponse {
      return new GrpcResponse({ payload: bytes() });
    }
  }
  class Derived extends Base {}

  test.each<[string, unknown]>([
    ["an object with handleRequest", unary],
    ["an object with handleStream", streaming],
    ["an object with both", { ...unary, ...streaming }],
    ["an instance of a class", new Base()],
    ["an instance of a class that inherits it", new Derived()],
    ["an object without a prototype", Object.assign(Object.create(null), unary)],
  ])("%s", (_, handler) => {
    const registry = register(handler);
    expect(registry.getHandler("test.Service")).toBe(handler);
  });

  test.each<[string, unknown]>([
    ["an empty object", {}],
    ["an object whose handleRequest is no function", { handleRequest: true }],
    ["an object with a method of another name", { handle_request: () => {} }],
    ["null", null],
    ["undefined", undefined],
    ["text", "handler"],
    ["a function", () => {}],
  ])("not %s", (_, handler) => {
    expect(() => register(handler)).toThrow(
      new TypeError('the handler of "test.Service" has neither handleRequest() nor handleStream()'),
    );
  });
});

describe("the kind of a method", () => {
  test.each<MethodKind>(["unary", "server_streaming", "client_streaming", "bidi_streaming"])(
    "can be %s",
    (kind) => {
      expect(register(streaming, { Method: kind }).findMethod("test.Service", "Method")?.kind).toBe(kind);
    },
  );

  test("is unary where the method is not listed, whatever the handler", () => {
    for (const handler of [unary, streaming, { ...unary, ...streaming }]) {
      expect(register(handler).findMethod("test.Service", "Any")?.kind).toBe("unary");
      expect(register(handler).findMethod("test.Service", "constructor")?.kind).toBe("unary");
    }
  });

  test.each(["streaming", "serverStreaming", "UNARY", "", "constructor"])("cannot be %j", (kind) => {
    expect(() => register(streaming, { Method: kind })).toThrow(
      new TypeError(`test.Service/Method is ${kind}, which is no kind of method`),
    );
  });

  test.each<MethodKind>(["server_streaming", "client_streaming", "bidi_streaming"])(
    "cannot be %s where the handler does not stream",
    (kind) => {
      const registry = new HandlerRegistry();
      expect(() => registry.registerHandler("test.Service", unary, { methods: { Method: kind } })).toThrow(
        new TypeError(`test.Service/Method is ${kind}, which needs a handler with handleStream()`),
      );
      expect(registry.listServices()).toEqual([]);
    },
  );

  test("unary may be listed for a handler that does not stream", () => {
    expect(register(unary, { Method: "unary" }).findMethod("test.Service", "Method")?.kind).toBe("unary");
  });
});

describe("names", () => {
  test("are taken once", () => {
    const registry = register(unary);
    expect(() => registry.registerHandler("test.Service", streaming)).toThrow(
      new Error('service "test.Service" is already registered'),
    );
    expect(registry.getHandler("test.Service")).toBe(unary);
  });

  test.each(["UserService", "example.UserService", "a.b.c.D_1", "__proto__", "constructor"])(
    "can be %j",
    (name) => {
      const registry = new HandlerRegistry();
      expect(registry.getHandler(name)).toBeUndefined();
      expect(registry.registerHandler(name, unary)).toBe(registry);
      expect(registry.getHandler(name)).toBe(unary);
      expect(registry.listServices()).toEqual([name]);
    },
  );

  test.each(["", " ", "a b", "a/b", "/a", "a\n", undefined, null, 5])("cannot be %j", (name) => {
    expect(() => new HandlerRegistry().registerHandler(name as string, unary)).toThrow(TypeError);
  });

  test("match exactly", () => {
    const registry = register(unary);
    for (const name of ["test.service", "Service", "test.Service.", "test.Service/Method"]) {
      expect(registry.getHandler(name)).toBeUndefined();
      expect(registry.findMethod(name, "Method")).toBeUndefined();
    }
  });
});

test("services are listed in order of registration", () => {
  const registry = new HandlerRegistry();
  expect(registry.listServices()).toEqual([]);
  for (const name of ["example.UserService", "example.PostService", "example.CommentService", "a.First"]) {
    registry.registerHandler(name, unary);
  }
  expect(registry.listServices()).toEqual([
    "example.UserService",
    "example.PostService",
    "example.CommentService",
    "a.First",
  ]);
  registry.unregisterHandler("example.UserService");
  registry.registerHandler("example.UserService", unary);
  expect(registry.listServices().at(-1)).toBe("example.UserService");
});

test("the list is the caller's own", () => {
  const registry = register(unary);
  registry.listServices().push("other");
  expect(registry.listServices()).toEqual(["test.Service"]);
});

test("a handler can be taken away, once", () => {
  const registry = register(unary);
  expect(registry.unregisterHandler("test.Service")).toBeUndefined();
  expect(registry.getHandler("test.Service")).toBeUndefined();
  expect(registry.findMethod("test.Service", "Method")).toBeUndefined();
  const missing = new Error('No handler registered for service "test.Service"');
  expect(() => registry.unregisterHandler("test.Service")).toThrow(missing);
  expect(registry.registerHandler("test.Service", streaming).getHandler("test.Service")).toBe(streaming);
});
