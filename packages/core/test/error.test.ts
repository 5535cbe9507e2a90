import { readFile } from "node:fs/promises";
import { describe, expect, test } from "vitest";
import { GrpcError } from "../src/error.ts";
import { Metadata } from "../src/metadata.ts";
import { GrpcStatusCode } from "../src/status.ts";
import { bytes } from "./support/bytes.ts";

describe("a GrpcError", () => {
  test("has what it was made with", () => {
    const cause = new Error("why");
    const details = [{ typeUrl: "type.googleapis.com/a.B", value: bytes(1) }];
    const error = new GrpcError(GrpcStatusCode.NOT_FOUND, "not here", {
      cause,
      details,
      metadata: { a: "1" },
    });
    expect(error).toBeInstanceOf(Error);
    expect(error).toMatchObject({
      name: "GrpcError",
      code: 5,
      codeName: "NOT_FOUND",
      message: "not here",
      cause,
    });
    expect(error.details).toEqual(details);
    expect(error.metadata.get("a")).toBe("1");
    expect(String(error)).toBe("GrpcError NOT_FOUND: not here");
    expect(error.stack).toContain("error.test.ts");
  });

  test("has no details, no metadata and no cause unless given", () => {
    const error = new GrpcError(GrpcStatusCode.INTERNAL, "");
    expect(error.details).toEqual([]);
    expect(error.metadata).toBeInstanceOf(Metadata);
    expect(error.metadata.size).toBe(0);
    expect("cause" in error).toBe(false);
  });

  test("keeps a cause that is undefined", () => {
    expect("cause" in new GrpcError(GrpcStatusCode.INTERNAL, "", { cause: undefined })).toBe(true);
  });

  test.each(Object.entries(GrpcStatusCode).filter(([name]) => name !== "OK"))(
    "can be %s",
    (codeName, code) => {
      expect(new GrpcError(code, "text")).toMatchObject({ code, codeName });
    },
  );

  test.each([0, -1, 17, 1.5, Number.NaN, "5", undefined, null])("cannot have the code %s", (code) => {
    expect(() => new GrpcError(code as GrpcStatusCode, "text")).toThrow(
      new TypeError(`${code} is not a status code of an error`),
    );
  });

  test("refuses bad metadata", () => {
    expect(() => new GrpcError(GrpcStatusCode.INTERNAL, "", { metadata: { "grpc-status": "0" } })).toThrow(
      TypeError,
    );
  });
});

describe("GrpcError.from", () => {
  test("leaves a GrpcError as it is", () => {
    const error = new GrpcError(GrpcStatusCode.ABORTED, "text");
    expect(GrpcError.from(error)).toBe(error);
  });

  const DOM_EXCEPTIONS: [string, GrpcStatusCode][] = [
    ["TimeoutError", GrpcStatusCode.DEADLINE_EXCEEDED],
    ["AbortError", GrpcStatusCode.CANCELLED],
    ["NotFoundError", GrpcStatusCode.NOT_FOUND],
    ["NotAllowedError", GrpcStatusCode.PERMISSION_DENIED],
    ["SecurityError", GrpcStatusCode.PERMISSION_DENIED],
    ["NotSupportedError", GrpcStatusCode.UNIMPLEMENTED],
    ["QuotaExceededError", GrpcStatusCode.RESOURCE_EXHAUSTED],
    ["DataError", GrpcStatusCode.INVALID_ARGUMENT],
  ];

  test.each(DOM_EXCEPTIONS)("maps a DOMException of the name %s, with its text", (name, code) => {
    const thrown = new DOMException("the text", name);
    expect(GrpcError.from(thrown)).toMatchObject({ code, message: "the text", cause: thrown });
  });

  test.each(DOM_EXCEPTIONS)("maps any error of the name %s", (name, code) => {
    class Named extends Error {
      override readonly name = name;
    }
    expect(GrpcError.from(new Named("the text"))).toMatchObject({ code, message: "the text" });
  });

  test("maps what the platform throws at a timeout and an abort", async () => {
    const reason = await new Promise((resolve) => {
      const signal = AbortSignal.timeout(1);
      signal.addEventListener("abort", () => resolve(signal.reason));
    });
    expect(GrpcError.from(reason).code).toBe(GrpcStatusCode.DEADLINE_EXCEEDED);
    expect(GrpcError.from(AbortSignal.abort().reason).code).toBe(GrpcStatusCode.CANCELLED);
  });

  test.each([
    ["ENOENT", GrpcStatusCode.NOT_FOUND, "not found"],
    ["EACCES", GrpcStatusCode.PERMISSION_DENIED, "permission denied"],
    ["EPERM", GrpcStatusCode.PERMISSION_DENIED, "permission denied"],
    ["ETIMEDOUT", GrpcStatusCode.DEADLINE_EXCEEDED, "deadline exceeded"],
  ])("maps a system error %s, without its text", (code, status, message) => {
    const thrown = Object.assign(new Error(`${code}: /secret/path`), { code });
    expect(GrpcError.from(thrown)).toMatchObject({ code: status, message, cause: thrown });
  });

  test("maps what Node throws for a missing file", async () => {
    const thrown: unknown = await readFile(new URL("no-such-file", import.meta.url)).catch(
      (error: unknown) => error,
    );
    expect(GrpcError.from(thrown)).toMatchObject({ code: GrpcStatusCode.NOT_FOUND, message: "not found" });
  });

  test.each<[string, unknown]>([
    ["an Error", new Error("secret")],
    ["a TypeError", new TypeError("secret")],
    ["a RangeError", new RangeError("secret")],
    ["an error of an unknown name", new DOMException("secret", "DataCloneError")],
    ["a system error of an unknown code", Object.assign(new Error("secret"), { code: "ECONNREFUSED" })],
    ["an error whose code is a number", Object.assign(new Error("secret"), { code: 5 })],
    [
      "an error whose code is that of an object's property",
      Object.assign(new Error("s"), { code: "constructor" }),
    ],
    ["an object that looks like an error", { name: "NotFoundError", message: "secret", code: "ENOENT" }],
    ["text", "secret"],
    ["a number", 5],
    ["null", null],
    ["undefined", undefined],
    ["a symbol", Symbol("secret")],
  ])("makes %s INTERNAL and hides its text", (_, thrown) => {
    const error = GrpcError.from(thrown);
    expect(error).toMatchObject({ code: GrpcStatusCode.INTERNAL, message: "internal error" });
    expect(error.cause).toBe(thrown);
  });
});
