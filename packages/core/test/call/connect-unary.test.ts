import { describe, expect, test } from "vitest";
import { GrpcError } from "../../src/error.ts";
import { GrpcResponse } from "../../src/response.ts";
import { GrpcStatusCode } from "../../src/status.ts";
import { GrpcService } from "../../src/typed-service.ts";
import { webCompression } from "../../src/web/compression.ts";
import { bytes, everyCut } from "../support/bytes.ts";
import { ConnectTestCall, setMetadata } from "../support/connect.ts";
import { forbidUnhandledRejections } from "../support/hygiene.ts";
import { echoService, rawService } from "../support/services.ts";
import { UserService } from "../support/user-service.ts";

forbidUnhandledRejections();

const WEB = { compression: { codecs: webCompression() } };
const LONG = new Uint8Array(3000).fill(7);

async function through(
  stream: CompressionStream | DecompressionStream,
  input: Uint8Array,
): Promise<Uint8Array> {
  const body = new Blob([Uint8Array.from(input)]).stream().pipeThrough(stream);
  return new Uint8Array(await new Response(body).arrayBuffer());
}

describe("a unary call", () => {
  test("is a body each way, however it arrives", async () => {
    for (const chunks of everyCut(bytes(1, 2, 3, 4))) {
      const call = await new ConnectTestCall(echoService()).finish(...chunks);
      expect(call.out.sent).toEqual([
        {
          type: "respond",
          status: 200,
          headers: ["content-type", "application/proto"],
          body: bytes(1, 2, 3, 4),
        },
      ]);
      expect(call.out.violations).toEqual([]);
    }
  });

  test("has a message even without a body", async () => {
    const call = await new ConnectTestCall(echoService()).finish();
    expect(call.out).toMatchObject({ status: 200, body: bytes() });
  });

  test("tells its handler the protocol, and not the protocol's own headers", async () => {
    const service = rawService({
      unary: (request, context) => {
        expect(context.protocol).toBe("connect");
        expect(request.metadata.keys()).toEqual(["x-mine"]);
        expect(context.timeRemainingMs()).toBeLessThanOrEqual(5000);
        expect(context.timeRemainingMs()).toBeGreaterThan(4000);
        return new GrpcResponse({ payload: bytes(1) });
      },
    });
    const headers = { "x-mine": "1", "connect-timeout-ms": "5000", "content-encoding": "identity" };
    expect((await new ConnectTestCall(service, { headers }).finish()).out.status).toBe(200);
  });

  test("sends trailers as headers", async () => {
    const service = rawService({
      unary: (_, context) => {
        setMetadata(context);
        return new GrpcResponse({ payload: bytes(1), trailers: { "x-more": "4" } });
      },
    });
    const { out } = await new ConnectTestCall(service).finish();
    const [sent] = out.sent;
    if (sent?.type !== "respond") throw new Error("no response");
    expect(sent.trailers).toBeUndefined();
    expect(sent.headers).toEqual(
      ["content-type", "application/proto", "x-lead", "1", "x-lead", "2"].concat([
        "trailer-x-end",
        "3",
        "trailer-x-end-bin",
        "+/8",
        "trailer-x-more",
        "4",
      ]),
    );
  });
});

describe("a unary error", () => {
  test.each([
    ["CANCELLED", "canceled", 499],
    ["INVALID_ARGUMENT", "invalid_argument", 400],
    ["NOT_FOUND", "not_found", 404],
    ["RESOURCE_EXHAUSTED", "resource_exhausted", 429],
    ["UNAUTHENTICATED", "unauthenticated", 401],
  ] as const)("%s is %s, HTTP %d", async (name, code, status) => {
    const service = rawService({
      unary: () => {
        throw new GrpcError(GrpcStatusCode[name], "why");
      },
    });
    const call = await new ConnectTestCall(service).finish(bytes(1));
    expect(call.out.status).toBe(status);
    expect(call.error).toEqual({ code, message: "why" });
    expect(call.headers.get("content-type")).toBe("application/json");
  });

  test("bears details, and metadata as headers", async () => {
    const service = rawService({
      async unary(_, context) {
        setMetadata(context);
        throw new GrpcError(9, "no", {
          details: [{ typeUrl: "type.googleapis.com/a.B", value: bytes(1) }],
          metadata: { "x-why": "because" },
        });
      },
    });
    const call = await new ConnectTestCall(service).finish(bytes(1));
    expect(call.error).toEqual({
      code: "failed_precondition",
      message: "no",
      details: [{ type: "a.B", value: "AQ" }],
    });
    expect(Object.fromEntries(call.headers)).toEqual({
      "content-type": "application/json",
      "x-lead": "1, 2",
      "trailer-x-end": "3",
      "trailer-x-end-bin": "+/8",
      "trailer-x-why": "because",
    });
  });

  test("at the deadline is HTTP 504", async () => {
    const service = rawService({ unary: () => new Promise(() => {}) });
    const call = await new ConnectTestCall(service, { headers: { "connect-timeout-ms": "10" } }).finish();
    expect(call.out.status).toBe(504);
    expect(call.error).toEqual({ code: "deadline_exceeded", message: "deadline exceeded" });
  });

  test("for what nobody foresaw keeps its text here", async () => {
    const service = rawService({
      unary: () => {
        throw new Error("secret");
      },
    });
    const call = await new ConnectTestCall(service, { options: { onError() {} } }).finish();
    expect(call.out.status).toBe(500);
    expect(call.error).toEqual({ code: "internal", message: "internal error" });
  });
});

describe("bad requests", () => {
  test.each([
    ["2", 'unknown version of Connect: "v2"'],
    ["", 'unknown version of Connect: "v"'],
    ["v1", 'unknown version of Connect: "vv1"'],
  ])("version %j", async (version, message) => {
    const call = new ConnectTestCall(echoService(), { headers: { "connect-protocol-version": version } });
    expect(call.out.status).toBe(400);
    expect(call.error).toEqual({ code: "invalid_argument", message });
    expect(call.inbound.appetite).toBe("none");
  });

  test("no version is curl", async () => {
    const call = new ConnectTestCall(echoService(), { headers: { "connect-protocol-version": undefined } });
    expect((await call.finish(bytes(1))).out.status).toBe(200);
  });

  test.each(["", "-1", "1s", "12345678901"])("timeout %j", (timeout) => {
    const call = new ConnectTestCall(echoService(), { headers: { "connect-timeout-ms": timeout } });
    expect(call.out.status).toBe(400);
    expect(call.error).toEqual({
      code: "invalid_argument",
      message: `malformed connect-timeout-ms: ${JSON.stringify(timeout)}`,
    });
  });

  test("metadata that is not base64", () => {
    const call = new ConnectTestCall(echoService(), { headers: { "x-bin": "*" } });
    expect(call.out.status).toBe(400);
    expect(call.error).toEqual({ code: "invalid_argument", message: 'metadata "x-bin" is not base64' });
  });

  test("a body announced longer than the limit is refused before it comes", () => {
    const call = new ConnectTestCall(echoService(), {
      headers: { "content-length": "101" },
      options: { maxReceiveMessageBytes: 100 },
    });
    expect(call.out.status).toBe(429);
    expect(call.error).toEqual({
      code: "resource_exhausted",
      message: "a message of 101 bytes is larger than the limit of 100 bytes",
    });
  });

  test.each([100, 101])("a body of %d bytes where 100 is the limit", async (size) => {
    const call = new ConnectTestCall(echoService(), { options: { maxReceiveMessageBytes: 100 } });
    expect(call.inbound.appetite).toBe("chunks");
    for (let at = 0; at < size; at++) call.inbound.receive(bytes(1));
    if (size > 100) expect(call.out.status).toBe(429);
    await call.finish();
    expect(call.out.status).toBe(size > 100 ? 429 : 200);
    expect(call.out.violations).toEqual([]);
  });

  test("a body announced within the limit may come whole", () => {
    const call = new ConnectTestCall(echoService(), {
      headers: { "content-length": "100" },
      options: { maxReceiveMessageBytes: 100 },
    });
    expect(call.inbound.appetite).toBe("whole");
  });

  test("an unknown service is HTTP 404, an unknown method of a known one 501", () => {
    const service = rawService({});
    service.unregisterHandler("test.Service");
    const unknown = new ConnectTestCall(service);
    expect(unknown.out.status).toBe(404);
    expect(unknown.error).toEqual({
      code: "unimplemented",
      message: 'No handler registered for service "test.Service"',
    });
    const typed = new GrpcService().registerService(UserService, {});
    const missing = new ConnectTestCall(typed, {
      path: "/example.UserService/GetUser",
      headers: { "content-type": "application/proto" },
    });
    expect(missing.out.status).toBe(501);
    expect(missing.error).toEqual({
      code: "unimplemented",
      message: 'Service "example.UserService" has no method "GetUser"',
    });
  });
});

describe("compression of unary calls is HTTP's own", () => {
  test.each(["gzip", "deflate"] as const)("%s both ways", async (name) => {
    const headers = { "content-encoding": name, "accept-encoding": `br, ${name}` };
    const body = await through(new CompressionStream(name), LONG);
    const call = await new ConnectTestCall(echoService(), { headers, options: WEB }).finish(body);
    expect(call.out.status).toBe(200);
    expect(call.headers.get("content-encoding")).toBe(name);
    expect(await through(new DecompressionStream(name), call.out.body)).toEqual(LONG);
  });

  test("names have no case", async () => {
    const body = await through(new CompressionStream("gzip"), LONG);
    const headers = { "content-encoding": "GZip", "accept-encoding": "Deflate" };
    const call = await new ConnectTestCall(echoService(), { headers, options: WEB }).finish(body);
    expect(call.headers.get("content-encoding")).toBe("deflate");
  });

  test.each(["", "Identity"])("%j is none", async (encoding) => {
    const headers = { "content-encoding": encoding };
    const call = await new ConnectTestCall(echoService(), { headers, options: WEB }).finish(bytes(1));
    expect(call.out.body).toEqual(bytes(1));
  });

  test("a client that says nothing accepts what it uses", async () => {
    const body = await through(new CompressionStream("gzip"), LONG);
    const headers = { "content-encoding": "gzip" };
    const call = await new ConnectTestCall(echoService(), { headers, options: WEB }).finish(body);
    expect(call.headers.get("content-encoding")).toBe("gzip");
  });

  test.each([
    [undefined, null],
    ["identity", null],
    ["br", null],
    ["gzip;q=0", null],
    ["deflate, gzip", "deflate"],
    ["deflate;q=0.5, gzip", "gzip"],
  ])("accept-encoding %s is answered with %s", async (accepted, encoding) => {
    const init = { headers: { "accept-encoding": accepted }, options: WEB };
    const call = await new ConnectTestCall(echoService(), init).finish(LONG);
    expect(call.headers.get("content-encoding")).toBe(encoding);
    if (encoding === null) expect(call.out.body).toEqual(LONG);
  });

  test("small messages and errors stay plain", async () => {
    const init = { headers: { "accept-encoding": "gzip" }, options: WEB };
    const small = await new ConnectTestCall(echoService(), init).finish(bytes(1));
    expect(small.headers.has("content-encoding")).toBe(false);
    const failing = rawService({
      unary: () => {
        throw new GrpcError(5, "x".repeat(5000));
      },
    });
    const failed = await new ConnectTestCall(failing, init).finish(bytes(1));
    expect(failed.headers.has("content-encoding")).toBe(false);
    expect(failed.error).toMatchObject({ code: "not_found" });
  });

  test("a body without bytes is not decompressed", async () => {
    const init = { headers: { "content-encoding": "gzip" }, options: WEB };
    expect((await new ConnectTestCall(echoService(), init).finish()).out).toMatchObject({
      status: 200,
      body: bytes(),
    });
  });

  test("an unknown one is unimplemented, with those that are known", () => {
    const call = new ConnectTestCall(echoService(), {
      headers: { "content-encoding": "snappy" },
      options: WEB,
    });
    expect(call.out.status).toBe(501);
    expect(call.error).toEqual({
      code: "unimplemented",
      message: 'content-encoding "snappy" is not supported; use one of: identity, gzip, deflate',
    });
    expect(call.headers.get("accept-encoding")).toBe("identity,gzip,deflate");
  });

  test("what does not decompress is the client's fault, what grows too large a limit", async () => {
    const headers = { "content-encoding": "gzip" };
    const corrupt = await new ConnectTestCall(echoService(), { headers, options: WEB }).finish(
      bytes(1, 2, 3),
    );
    expect(corrupt.out.status).toBe(400);
    expect(corrupt.error).toEqual({
      code: "invalid_argument",
      message: "the request message is not valid gzip",
    });
    const bomb = await through(new CompressionStream("gzip"), new Uint8Array(100_000));
    const options = { ...WEB, maxReceiveMessageBytes: 50_000 };
    const large = await new ConnectTestCall(echoService(), { headers, options }).finish(bomb);
    expect(large.out.status).toBe(429);
    expect(large.error).toMatchObject({ code: "resource_exhausted" });
  });
});

test("a message that is none of its type is the client's fault", async () => {
  const service = new GrpcService().registerService(UserService, { getUser: () => ({}) });
  const path = "/example.UserService/GetUser";
  const call = await new ConnectTestCall(service, {
    path,
    headers: { "content-type": "application/proto" },
  }).finish(bytes(0xff));
  expect(call.out.status).toBe(400);
  expect(call.error).toMatchObject({
    code: "invalid_argument",
    message: expect.stringContaining("be decoded"),
  });
});
