import { describe, expect, test } from "vitest";
import { jsonFormat } from "../../src/json-format.ts";
import { GrpcResponse } from "../../src/response.ts";
import { GrpcService } from "../../src/typed-service.ts";
import { webCompression } from "../../src/web/compression.ts";
import { bytes, text } from "../support/bytes.ts";
import { type ConnectInit, ConnectTestCall } from "../support/connect.ts";
import { forbidUnhandledRejections } from "../support/hygiene.ts";
import { UserService } from "../support/user-service.ts";

forbidUnhandledRejections();

const WEB = { compression: { codecs: webCompression() } };
const STREAMS = { methods: { Streamed: "server_streaming" } } as const;

/** "test.Service": Unary without side effects, Change with them. */
function service(): GrpcService {
  const handler = {
    handleRequest: ({ payload }: { payload: Uint8Array }) => new GrpcResponse({ payload }),
    async *handleStream() {},
  };
  return new GrpcService().registerHandler("test.Service", handler, {
    ...STREAMS,
    noSideEffects: ["Unary"],
  });
}

/** GetUser without side effects, CreateUser with them, as the schema says. */
function users(): GrpcService {
  const answer = ({ userId = "", name = "" }) => ({ user: { id: userId, name }, success: true });
  return new GrpcService().registerService(UserService, { getUser: answer, createUser: answer });
}

const get = (query: string, init: ConnectInit = {}, registry = service()) =>
  new ConnectTestCall(registry, { method: "GET", query, ...init }).finish();

describe("GET", () => {
  test.each([
    ["in the order of the protocol", "connect=v1&base64=1&encoding=proto&message=AQIDBPs"],
    ["in any order", "message=AQIDBPs&encoding=proto&base64=1"],
    [
      "with parameters of others",
      "x&utm_source=%ff&message=AQIDBPs&encoding=proto&base64=1&compression=identity",
    ],
    ["with an empty compression", "encoding=proto&compression=&base64=1&message=AQIDBPs"],
    ["padded", "encoding=proto&base64=1&message=AQIDBPs%3D"],
    ["padded, not encoded", "encoding=proto&base64=1&message=AQIDBPs="],
  ])("%s", async (_, query) => {
    const call = await get(query);
    expect(call.out.sent).toEqual([
      {
        type: "respond",
        status: 200,
        headers: ["content-type", "application/proto", "vary", "accept-encoding"],
        body: bytes(1, 2, 3, 4, 251),
      },
    ]);
  });

  test.each([
    ["the alphabet for URLs", "base64=1&message=-_8", bytes(251, 255)],
    ["the other alphabet", "base64=1&message=%2B%2F8", bytes(251, 255)],
    ["nothing", "message=", bytes()],
    ["nothing in base64", "base64=1&message=", bytes()],
    ["text", "message=%C3%BCb", bytes(0xc3, 0xbc, 0x62)],
    ["text, whatever else base64 says", "base64=2&message=AQID", bytes(0x41, 0x51, 0x49, 0x44)],
  ])("a message of %s", async (_, query, message) => {
    const call = await get(`encoding=proto&${query}`);
    expect(call.out.status).toBe(200);
    expect(call.out.body).toEqual(message);
  });

  test("JSON as it is", async () => {
    const options = { json: jsonFormat() };
    const query = `encoding=json&message=${encodeURIComponent('{"userId":"123 ü"}')}`;
    const call = await get(query, { path: "/example.UserService/GetUser", options }, users());
    expect(call.headers.get("content-type")).toBe("application/json");
    expect(JSON.parse(text(call.out.body))).toEqual({ user: { id: "123 ü" }, success: true });
  });

  test("compressed", async () => {
    const message = new Uint8Array(3000).fill(7);
    const gzip = new Blob([message]).stream().pipeThrough(new CompressionStream("gzip"));
    const packed = Buffer.from(await new Response(gzip).arrayBuffer()).toString("base64url");
    const query = `base64=1&encoding=proto&compression=gzip&message=${packed}`;
    const call = await get(query, { options: WEB });
    expect(call.out.status).toBe(200);
    // A client that does not say what it accepts, accepts what it uses.
    expect(call.headers.get("content-encoding")).toBe("gzip");
    expect(call.headers.has("compression")).toBe(false);
    const plain = await get(query, { options: WEB, headers: { "accept-encoding": "identity" } });
    expect(plain.headers.has("content-encoding")).toBe(false);
    expect(plain.out.body).toEqual(message);
    expect(plain.headers.get("vary")).toBe("accept-encoding");
  });

  test("a body, which has no meaning", async () => {
    const call = new ConnectTestCall(service(), { method: "GET", query: "encoding=proto&message=a" });
    expect((await call.finish(bytes(1, 2, 3))).out.body).toEqual(bytes(0x61));
  });

  test("headers of the application decide on caching", async () => {
    const cached = new GrpcService().registerService(UserService, {
      getUser: (_, context) => {
        context.responseMetadata.set("cache-control", "public, max-age=60").set("etag", '"1"');
        return {};
      },
    });
    const call = await get("encoding=proto&message=", { path: "/example.UserService/GetUser" }, cached);
    expect(call.headers.get("cache-control")).toBe("public, max-age=60");
    expect(call.headers.get("etag")).toBe('"1"');
  });

  test("a timeout in its header", async () => {
    const call = await get("encoding=proto&message=", { headers: { "connect-timeout-ms": "x" } });
    expect(call.error).toEqual({
      code: "invalid_argument",
      message: 'malformed connect-timeout-ms: "x"',
    });
  });
});

describe("GET is not for", () => {
  test.each([
    ["methods with side effects", "/example.UserService/CreateUser", "POST"],
    ["streams", "/example.UserService/ListUsers", "POST"],
  ])("%s", async (_, path, allowed) => {
    const registry = users();
    registry.unregisterHandler("example.UserService");
    registry.registerService(UserService, { createUser: () => ({}), async *listUsers() {} });
    const { out } = await get("encoding=proto&message=", { path }, registry);
    expect(out.status).toBe(405);
    expect(out.headers.get("allow")).toBe(allowed);
  });

  test.each(["/test.Service/Change", "/test.Service/Streamed"])("raw methods: %s", async (path) => {
    const { out } = await get("encoding=proto&message=", { path });
    expect(out.status).toBe(405);
    expect(out.headers.get("allow")).toBe("POST");
    expect(text(out.body)).toBe("GET is not allowed: use POST\n");
  });

  test("streams, even those that a schema calls free of side effects", async () => {
    const streamed = service().findMethod("test.Service", "Streamed");
    if (!streamed) throw new Error("no method");
    const registry = { findMethod: () => ({ ...streamed, noSideEffects: true }) };
    const call = new ConnectTestCall(registry, { method: "GET", query: "encoding=proto&message=" });
    expect(call.out.status).toBe(405);
    expect(call.headers.get("allow")).toBe("POST");
  });

  test("servers that do not speak Connect", async () => {
    const { out } = await get("encoding=proto&message=", { options: { protocols: ["grpc", "grpc-web"] } });
    expect(out.status).toBe(405);
    expect(out.headers.get("allow")).toBe("POST");
  });

  test.each(["PUT", "HEAD"])("the same method by %s", async (method) => {
    const { out } = await get("encoding=proto&message=", { method });
    expect(out.status).toBe(405);
    expect(out.headers.get("allow")).toBe("GET, POST");
    expect(text(out.body)).toBe(`${method} is not allowed: use GET, POST\n`);
  });
});

describe("a query that is none", () => {
  test.each([
    "",
    "message=a",
    "encoding=&message=a",
    "encoding=thrift&message=a",
    "encoding=protobuf&message=a",
    "x-encoding=proto&message=a",
    "encoding=%ff&message=a",
  ])("%j names no codec: 415", async (query) => {
    const { out } = await get(query);
    expect(out.status).toBe(415);
    expect(text(out.body)).toBe("GET needs encoding=proto or json and message in the query\n");
  });

  test("JSON without a schema: 415", async () => {
    const { out } = await get("encoding=json&message={}");
    expect(out.status).toBe(415);
    expect(text(out.body)).toBe("application/json needs a schema\n");
  });

  test.each([
    ["encoding=proto", 'missing or malformed "message" in the query'],
    ["encoding=proto&base64=1", 'missing or malformed "message" in the query'],
    ["encoding=proto&base64=1&message=*", 'missing or malformed "message" in the query'],
    ["encoding=proto&base64=1&message=AAAAA", 'missing or malformed "message" in the query'],
    ["encoding=proto&message=%ff", 'missing or malformed "message" in the query'],
    ["encoding=proto&message=a&connect=v2", 'unknown version of Connect: "v2"'],
    ["encoding=proto&message=a&connect=", 'unknown version of Connect: ""'],
    ["encoding=proto&message=a&compression=%", 'missing or malformed "compression" in the query'],
  ])("%s: %s", async (query, message) => {
    const call = await get(query);
    expect(call.out.status).toBe(400);
    expect(call.error).toEqual({ code: "invalid_argument", message });
  });

  test("unknown compression: unimplemented", async () => {
    const call = await get("encoding=proto&message=a&compression=br", { options: WEB });
    expect(call.out.status).toBe(501);
    expect(call.error).toEqual({
      code: "unimplemented",
      message: 'compression "br" is not supported; use one of: identity, gzip, deflate',
    });
  });

  test("a message over the limit: resource_exhausted", async () => {
    const call = await get("encoding=proto&message=aaaa", { options: { maxReceiveMessageBytes: 3 } });
    expect(call.out.status).toBe(429);
  });
});

test("a raw method without side effects must be unary", () => {
  const handler = { async *handleStream() {} };
  const register = () =>
    new GrpcService().registerHandler("test.Service", handler, { ...STREAMS, noSideEffects: ["Streamed"] });
  expect(register).toThrow(new TypeError("test.Service/Streamed in noSideEffects is not unary"));
});
