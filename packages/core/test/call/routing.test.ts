import { describe, expect, test } from "vitest";
import { createServer } from "../../src/call/server.ts";
import type { ServerOptions } from "../../src/options.ts";
import { GrpcResponse } from "../../src/response.ts";
import { GrpcStatusCode } from "../../src/status.ts";
import { createFetchHandler } from "../../src/web/fetch-handler.ts";
import { bytes, text, utf8 } from "../support/bytes.ts";
import { TestCall } from "../support/call.ts";
import { forbidUnhandledRejections } from "../support/hygiene.ts";
import { MemoryOutbound } from "../support/outbound.ts";
import { echoService, rawService } from "../support/services.ts";
import { callWeb } from "../support/web.ts";

forbidUnhandledRejections();

/** What a raw unary method takes: no JSON, and of Connect what is for unary calls. */
const GRPC_TYPES = ["application/grpc", "application/grpc+proto"];
const WEB_TYPES = ["", "+proto", "-text", "-text+proto"].map((suffix) => `application/grpc-web${suffix}`);
const CONNECT_TYPES = ["application/proto"];

/** A plain answer of HTTP to a request that is no call. */
async function refusal(init: {
  method?: string;
  path?: string;
  contentType?: string;
  options?: ServerOptions;
  trailers?: boolean;
}): Promise<{ status: number | undefined; headers: Headers; body: string }> {
  const out = new MemoryOutbound();
  const head = {
    method: init.method ?? "POST",
    path: init.path ?? "/test.Service/Unary",
    query: "",
    headers: new Headers(init.contentType === undefined ? {} : { "content-type": init.contentType }),
    peer: undefined,
  };
  const server = createServer(echoService(), init.options);
  const inbound = server.accept(head, out, { trailers: init.trailers ?? true });
  expect(out.calls).toEqual(["respond"]);
  expect(inbound.appetite).toBe("none");
  // Whatever still comes is taken and ignored.
  expect(inbound.receive(bytes(1))).toBe(true);
  inbound.end();
  inbound.drained();
  inbound.cancel("client-reset");
  expect(out.violations).toEqual([]);
  expect(out.headers.get("x-content-type-options")).toBe("nosniff");
  expect(out.headers.get("content-type")).toBe("text/plain; charset=utf-8");
  return { status: out.status, headers: out.headers, body: text(out.body) };
}

describe("what is no call is refused in plain HTTP", () => {
  test.each(["GET", "PUT", "HEAD", "OPTIONS", "DELETE"])("405: the method %s", async (method) => {
    const { status, headers, body } = await refusal({ method, contentType: "application/grpc" });
    expect(status).toBe(405);
    expect(headers.get("allow")).toBe("POST");
    expect(body).toBe(`${method} is not allowed: use POST\n`);
  });

  test.each(["application/xml", "text/plain", "application/grpc+thrift", ""])(
    "415: the type %j",
    async (contentType) => {
      const { status, headers, body } = await refusal({ contentType });
      expect(status).toBe(415);
      expect(headers.get("accept-post")?.split(", ")).toEqual([
        ...GRPC_TYPES,
        ...WEB_TYPES,
        ...CONNECT_TYPES,
      ]);
      expect(body).toMatch(`unknown content type "${contentType}"; send one of: application/grpc,`);
    },
  );

  test("415: no type", async () => {
    expect((await refusal({})).body).toMatch(/^unknown content type ""/);
  });

  test("415: native gRPC where there are no trailers, with the reason", async () => {
    const { status, headers, body } = await refusal({ contentType: "application/grpc", trailers: false });
    expect(status).toBe(415);
    expect(body).toMatch(/^gRPC needs HTTP trailers: use HTTP\/2, or gRPC-Web;/);
    expect(headers.get("accept-post")?.split(", ")).toEqual([...WEB_TYPES, ...CONNECT_TYPES]);
  });

  test.each<[string, ServerOptions["protocols"], string[]]>([
    ["application/grpc", ["grpc-web"], WEB_TYPES],
    ["application/grpc-web", ["grpc"], GRPC_TYPES],
    ["application/grpc-web-text", ["grpc"], GRPC_TYPES],
    ["application/proto", ["grpc", "grpc-web"], [...GRPC_TYPES, ...WEB_TYPES]],
    ["application/grpc", ["connect"], CONNECT_TYPES],
  ])("415: %s where only %s is on", async (contentType, protocols, accepted) => {
    const { status, headers, body } = await refusal({ contentType, options: { protocols: protocols ?? [] } });
    expect(status).toBe(415);
    expect(headers.get("accept-post")?.split(", ")).toEqual(accepted);
    expect(body).toMatch(/ is turned off here; send one of: /);
  });

  test.each([
    ["/", 'malformed path "/": expected /package.Service/Method'],
    ["/favicon.ico", 'malformed path "/favicon.ico": expected /package.Service/Method'],
    ["/a/b/c", 'malformed path "/a/b/c": expected /package.Service/Method'],
    ["/no.Service/Method", 'No handler registered for service "no.Service"'],
    ["/test.Service", 'malformed path "/test.Service": expected /package.Service/Method'],
  ])("404: %s", async (path, why) => {
    for (const method of ["GET", "POST"]) {
      const { status, body } = await refusal({ method, path });
      expect(status).toBe(404);
      expect(body).toBe(`${why}\n`);
    }
  });
});

describe("a call to what is not there is UNIMPLEMENTED and names it", () => {
  test.each([
    ["/no.Service/Method", 'No handler registered for service "no.Service"'],
    ["/test.service/Unary", 'No handler registered for service "test.service"'],
    ["/test.Service", 'malformed path "/test.Service": expected /package.Service/Method'],
    ["/", 'malformed path "/": expected /package.Service/Method'],
    ["/a/test.Service/Unary", 'malformed path "/a/test.Service/Unary": expected /package.Service/Method'],
  ])("%s", async (path, message) => {
    const call = new TestCall(echoService(), { path });
    expect(call.status).toEqual({ code: GrpcStatusCode.UNIMPLEMENTED, message });
    expect(call.out.calls).toEqual(["respond"]);
    expect(call.out.status).toBe(200);
    expect(call.inbound.appetite).toBe("none");
    await call.check();
    const answer = await callWeb(createFetchHandler(echoService()), { path });
    expect(answer).toMatchObject({ http: 200, code: GrpcStatusCode.UNIMPLEMENTED, message });
  });
});

test("the response has the content type of the request, without parameters", async () => {
  for (const contentType of [
    "application/grpc",
    "application/grpc+proto",
    "application/grpc; charset=utf-8",
  ]) {
    const call = await new TestCall(echoService(), { headers: { "content-type": contentType } }).finish(
      bytes(1),
    );
    expect(call.out.headers.get("content-type")).toBe(contentType.split(";")[0]);
  }
});

test("a path may have a query, which is not part of it", async () => {
  expect(
    (await callWeb(createFetchHandler(echoService()), { path: "/test.Service/Unary?a=/b/c" })).code,
  ).toBe(0);
});

test("handlers come and go while the server runs, and calls under way keep theirs", async () => {
  const started = Promise.withResolvers<void>();
  const gate = Promise.withResolvers<void>();
  const service = rawService({
    async unary() {
      started.resolve();
      await gate.promise;
      return new GrpcResponse({ payload: utf8("old") });
    },
  });
  const handler = createFetchHandler(service);
  const first = callWeb(handler);
  await started.promise;
  service.unregisterHandler("test.Service");
  expect((await callWeb(handler)).code).toBe(GrpcStatusCode.UNIMPLEMENTED);
  service.registerHandler("test.Service", {
    handleRequest: () => new GrpcResponse({ payload: utf8("new") }),
  });
  expect((await callWeb(handler)).messages).toEqual([utf8("new")]);
  gate.resolve();
  expect((await first).messages).toEqual([utf8("old")]);
});

test("calls of one connection do not wait for each other", async () => {
  const gate = Promise.withResolvers<void>();
  const service = rawService({
    async unary({ payload }) {
      if (payload[0] === 0) await gate.promise;
      return new GrpcResponse({ payload });
    },
  });
  const handler = createFetchHandler(service);
  const slow = callWeb(handler, { messages: [bytes(0)] });
  const quick = await Promise.all([1, 2, 3].map((at) => callWeb(handler, { messages: [bytes(at)] })));
  expect(quick.map(({ messages }) => messages[0]?.[0])).toEqual([1, 2, 3]);
  gate.resolve();
  expect((await slow).messages).toEqual([bytes(0)]);
});
