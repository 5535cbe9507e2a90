import { create, createRegistry, isMessage, type JsonValue } from "@bufbuild/protobuf";
import { AnySchema, anyPack, anyUnpack, StringValueSchema, StructSchema } from "@bufbuild/protobuf/wkt";
import { describe, expect, test } from "vitest";
import { jsonFormat } from "../src/json-format.ts";
import type { ServerOptions } from "../src/options.ts";
import { GrpcStatusCode } from "../src/status.ts";
import { GrpcService } from "../src/typed-service.ts";
import { createFetchHandler } from "../src/web/fetch-handler.ts";
import { bytes, text, utf8 } from "./support/bytes.ts";
import { forbidUnhandledRejections } from "./support/hygiene.ts";
import { echoService } from "./support/services.ts";
import { UserSchema, UserService } from "./support/user-service.ts";
import { callWeb, type WebAnswer, webRequest } from "./support/web.ts";

forbidUnhandledRejections();

const JSON_TYPE = { "content-type": "application/grpc-web+json" };

const service = new GrpcService().registerService(UserService, {
  getUser: ({ userId }) => ({ user: { id: userId }, success: true }),
  async *listUsers({ tag, limit }) {
    for (let at = 0; at < limit; at++) yield { id: String(at), tags: [tag] };
  },
});

function call(
  body: Uint8Array,
  options: ServerOptions = { json: jsonFormat() },
  method = "GetUser",
): Promise<WebAnswer> {
  const path = `/example.UserService/${method}`;
  return callWeb(createFetchHandler(service, options), { path, headers: JSON_TYPE, messages: [body] });
}

function parsed(message: Uint8Array | undefined): JsonValue {
  return JSON.parse(text(message));
}

test("messages are taken and given, names as protobuf's JSON has them", async () => {
  const { messages, code, headers } = await call(utf8('{"userId":"ü"}'));
  expect(code).toBe(GrpcStatusCode.OK);
  expect(headers.get("content-type")).toBe("application/grpc-web+json");
  expect(messages.map(parsed)).toEqual([{ user: { id: "ü" }, success: true }]);
});

test("streams have one JSON text a message", async () => {
  const { messages } = await call(utf8('{"tag":"a","limit":2}'), undefined, "ListUsers");
  expect(messages.map(parsed)).toEqual([
    { id: "0", tags: ["a"] },
    { id: "1", tags: ["a"] },
  ]);
});

test("the names of the .proto file and fields nobody knows are taken", async () => {
  const { messages } = await call(utf8('{"user_id":"7","more":[1]}'));
  expect(parsed(messages[0])).toMatchObject({ user: { id: "7" } });
});

test("unknown fields can be refused, and defaults be written", async () => {
  const strict = { json: jsonFormat({ ignoreUnknownFields: false, alwaysEmitImplicit: true }) };
  expect((await call(utf8('{"more":1}'), strict)).code).toBe(GrpcStatusCode.INTERNAL);
  expect(parsed((await call(utf8("{}"), strict)).messages[0])).toMatchObject({ errorMessage: "" });
});

test.each([
  ["nothing", bytes()],
  ["no JSON", utf8("{")],
  ["a field of another type", utf8('{"userId":5}')],
  ["a list", utf8("[]")],
  ["bytes that are no UTF-8", bytes(...utf8('{"userId":"'), 0xff, ...utf8('"}'))],
])("a message that is %s is refused", async (_, body) => {
  const { code, message, messages } = await call(body);
  expect(code).toBe(GrpcStatusCode.INTERNAL);
  expect(message).toMatch(/^the request message cannot be decoded: ./);
  expect(messages).toEqual([]);
});

describe("HTTP 415 says that there is no JSON", () => {
  test("without the option", async () => {
    const request = webRequest({ path: "/example.UserService/GetUser", headers: JSON_TYPE });
    const response = await createFetchHandler(service)(request);
    expect(response.status).toBe(415);
    expect(await response.text()).toMatch(
      /^application\/grpc-web\+json needs the option json: jsonFormat\(\); send one/,
    );
  });

  test("for handlers of bytes", async () => {
    const response = await createFetchHandler(echoService(), { json: jsonFormat() })(
      webRequest({ headers: JSON_TYPE }),
    );
    expect(response.status).toBe(415);
    expect(await response.text()).toMatch(/^application\/grpc-web\+json needs a schema; send one of/);
  });
});

test("types in a google.protobuf.Any come from a registry", () => {
  const any = anyPack(UserSchema, create(UserSchema, { id: "1" }));
  const known = jsonFormat({ registry: createRegistry(UserSchema, StringValueSchema) });
  const encoded = known.encode(AnySchema, any);
  expect(parsed(encoded)).toEqual({ "@type": "type.googleapis.com/example.User", id: "1" });
  const decoded = known.decode(AnySchema, encoded);
  expect(isMessage(decoded, AnySchema) && anyUnpack(decoded, UserSchema)?.id).toBe("1");
  expect(() => jsonFormat().encode(AnySchema, any)).toThrow("example.User");
});

test("free-form messages keep their shape", () => {
  const json = jsonFormat();
  const body = utf8('{"a":[1,"2",{"b":null}]}');
  expect(parsed(json.encode(StructSchema, json.decode(StructSchema, body)))).toEqual({
    a: [1, "2", { b: null }],
  });
});
