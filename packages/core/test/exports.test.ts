import { expect, test } from "vitest";
import * as adapterKit from "../src/adapter-kit.ts";
import * as client from "../src/client.ts";
import * as core from "../src/index.ts";
import * as raw from "../src/raw.ts";
import * as rawClient from "../src/raw-client.ts";

/** Names are a promise: taking one away breaks someone's import. */
const SHARED = [
  "ContextValues",
  "GrpcError",
  "GrpcRequest",
  "GrpcResponse",
  "GrpcService",
  "GrpcStatusCode",
  "GrpcStreamRequest",
  "Metadata",
  "createContextKey",
  "createFetchHandler",
  "frameDecoderStream",
  "frameEncoderStream",
  "statusCodeName",
  "webCompression",
  "zlibCompression",
];

test("core exports what its users import", () => {
  expect(Object.keys(core)).toEqual(
    expect.arrayContaining([...SHARED, "jsonFormat", "packDetail", "unpackDetails"]),
  );
});

test("core/raw has the same, without what needs a schema", () => {
  expect(Object.keys(raw)).toEqual(expect.arrayContaining(SHARED));
  expect("registerService" in raw.GrpcService.prototype).toBe(false);
  for (const name of SHARED.filter((one) => one !== "GrpcService")) {
    expect(Reflect.get(raw, name)).toBe(Reflect.get(core, name));
  }
  expect(new core.GrpcService()).toBeInstanceOf(raw.GrpcService);
});

test("core/transport is for adapters", () => {
  expect(Object.keys(adapterKit)).toEqual(
    expect.arrayContaining(["createServer", "serveFetch", "serverPerEnv"]),
  );
});

test("core/client and core/client/raw are for callers", () => {
  expect(Object.keys(client)).toEqual(["createClient", "createRawClient"]);
  expect(Object.keys(rawClient)).toEqual(["createRawClient"]);
});
