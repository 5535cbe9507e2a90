import { honoContext, railhead } from "@railhead/adapter-hono";
import {
  ContractClient,
  type ContractServer,
  frame,
  fromJson,
  openStream,
  pattern,
} from "@railhead/contract";
import { GrpcRequest, GrpcResponse, GrpcService } from "@railhead/core";
import { Hono } from "hono";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { createApp } from "./support/app.ts";
import { serveOnNode } from "./support/node.ts";
import { http1Transport, startWorkerd } from "./support/workers.ts";

const EMPTY = new Uint8Array(0);
const ORIGIN = "https://app.example.com";

interface Platform {
  readonly name: string;
  start(): Promise<ContractServer>;
  readonly env: Readonly<Record<string, string>>;
  /** False where the server measures short streams and announces their length. */
  readonly keepsStreams: boolean;
  /** What a client that speaks gRPC is told. */
  readonly advice: RegExp;
}

const PLATFORMS: readonly Platform[] = [
  {
    name: "Node, through @hono/node-server",
    start: () => serveOnNode(createApp().fetch),
    env: {},
    keepsStreams: false,
    advice: /^gRPC needs HTTP trailers: Hono has none, so use gRPC-Web, or @railhead\/adapter-node /,
  },
  {
    name: "workerd",
    start: () =>
      startWorkerd({ entry: new URL("./workers/app.ts", import.meta.url), vars: { GREETING: "hello" } }),
    env: { greeting: "hello" },
    keepsStreams: true,
    advice: /^gRPC needs HTTP trailers: turn on gRPC under Network in the zone's dashboard /,
  },
];

describe.each(PLATFORMS)("an app on $name", ({ start, env, keepsStreams, advice }) => {
  let server: ContractServer;
  let client: ContractClient;
  beforeAll(async () => {
    server = await start();
    client = new ContractClient(server.url, http1Transport(), "grpc-web");
  });
  afterAll(() => server.close());

  test("ordinary routes stay what they are, those of a service's path included", async () => {
    expect(await (await fetch(server.url)).text()).toBe("an ordinary page");
    expect(await (await fetch(`${server.url}/test.Unary/help`)).text()).toBe("help");
    expect((await fetch(`${server.url}/nowhere`)).status).toBe(404);
  });

  test("a handler sees Hono's context: variables, request and bindings", async () => {
    const headers = [
      ["authorization", "ada"],
      ["x-route", "7"],
    ] as const;
    const { code, messages } = await client.call("/test.Unary/See", EMPTY, { headers });
    expect(code).toBe(0);
    const seen = { user: "ada", path: "/test.Unary/See", route: "7", ...env };
    expect(fromJson(messages[0] ?? EMPTY)).toEqual(seen);
  });

  test("middleware sees the response, and may add to it", async () => {
    const viaEdge = { headers: [["cf-ray", "230b030023ae2822-SJC"]] } as const;
    const { code, headers } = await client.call("/test.Unary/See", EMPTY, viaEdge);
    expect(code).toBe(0);
    expect(headers.get("x-middleware")).toBe("after");
    // A length would keep Cloudflare's edge from turning the response into gRPC.
    expect(headers.has("content-length")).toBe(!keepsStreams);
  });

  test.each(["/test.Unary/See", "/api/v1/rpc/test.Unary/See"])("served at %s", async (path) => {
    const { code, messages } = await client.call(path, EMPTY);
    expect(code).toBe(0);
    expect(fromJson(messages[0] ?? EMPTY)).toMatchObject({ user: "nobody", path });
  });

  test.each(["/test.Stream/Echo", "/api/v1/rpc/test.Stream/Echo"])(
    "bidi, full-duplex, at %s",
    async (path) => {
      const { body, send, end } = openStream();
      const call = await client.open(path, body, { headers: [["authorization", "ada"]] });
      expect(call.response.headers.get("x-user")).toBe("ada");
      for (const size of [5, 0, 70_000]) {
        send(frame(pattern(size)));
        expect(await call.next()).toEqual(pattern(size));
      }
      end();
      expect((await call.finish()).code).toBe(0);
    },
  );

  test("a method that no one has", async () => {
    expect(await client.call("/api/v1/rpc/test.None/See", EMPTY)).toMatchObject({ code: 12 });
  });

  test("what is no call: 405 and 415", async () => {
    expect((await fetch(`${server.url}/test.Unary/See`)).status).toBe(405);
    expect((await fetch(`${server.url}/test.Unary/See`, { method: "POST", body: "{}" })).status).toBe(415);
  });

  test("a gRPC client is told what would do here", async () => {
    const headers = { "content-type": "application/grpc" };
    const refused = await fetch(`${server.url}/test.Unary/See`, { method: "POST", headers, body: "" });
    expect(refused.status).toBe(415);
    expect(await refused.text()).toMatch(advice);
  });

  test("our own CORS options answer a preflight and open the response", async () => {
    const preflight = await fetch(`${server.url}/test.Unary/See`, {
      method: "OPTIONS",
      headers: {
        origin: ORIGIN,
        "access-control-request-method": "POST",
        "access-control-request-headers": "content-type,x-grpc-web",
      },
    });
    expect(preflight.status).toBe(204);
    expect(preflight.headers.get("access-control-allow-origin")).toBe(ORIGIN);
    expect(preflight.headers.get("access-control-allow-headers")).toBe("content-type,x-grpc-web");
    const { headers } = await client.call("/test.Unary/See", EMPTY, { headers: [["origin", ORIGIN]] });
    expect(headers.get("access-control-allow-origin")).toBe(ORIGIN);
    expect(headers.get("access-control-expose-headers")).toContain("grpc-status");
    const other = await client.call("/test.Unary/See", EMPTY, {
      headers: [["origin", "https://evil.example"]],
    });
    expect(other.headers.has("access-control-allow-origin")).toBe(false);
  });

  test("context.waitUntil: work goes on after the response", async () => {
    const text = new TextEncoder().encode("in the background");
    expect((await client.call("/test.Unary/Background", text)).code).toBe(0);
    for (let done: unknown = []; !Array.isArray(done) || !done.includes("in the background"); ) {
      done = fromJson((await client.call("/test.Unary/Done", EMPTY)).messages[0] ?? EMPTY).done;
    }
  });
});

test("honoContext refuses calls that came another way", async () => {
  const service = new GrpcService().registerHandler("test.Unary", {
    handleRequest(_, context) {
      honoContext(context);
      return new GrpcResponse({ payload: EMPTY });
    },
  });
  const request = new GrpcRequest({ serviceName: "test.Unary", methodName: "See", payload: EMPTY });
  await expect(service.handleRequest(request)).rejects.toThrow(
    "this call did not come through @railhead/adapter-hono",
  );
});

test("a service made of the bindings, once for each of them", async () => {
  let made = 0;
  const handler = railhead(({ name }: { readonly name: string }) => {
    made++;
    const answer = { handleRequest: () => new GrpcResponse({ payload: new TextEncoder().encode(name) }) };
    return new GrpcService().registerHandler("test.Unary", answer);
  });
  const app = new Hono<{ Bindings: { readonly name: string } }>().all("/test.Unary/*", handler);
  const [ada, bob] = [{ name: "ada" }, { name: "bob" }];
  for (const env of [ada, bob, ada, bob]) {
    const request = new Request("http://localhost/test.Unary/See", {
      method: "POST",
      headers: { "content-type": "application/grpc-web" },
      body: new Uint8Array(frame(EMPTY)),
    });
    expect(await (await app.fetch(request, env)).text()).toContain(env.name);
  }
  expect(made).toBe(2);
});

test("middleware that took the body is told of its mistake", async () => {
  const app = new Hono()
    .use(async (context, next) => {
      await context.req.arrayBuffer();
      await next();
    })
    .all("/*", railhead(new GrpcService()))
    .onError(({ message }, context) => context.text(message, 500));
  const request = { method: "POST", headers: { "content-type": "application/proto" }, body: "a" };
  const response = await app.request("/test.Unary/Echo", request);
  expect([response.status, await response.text()]).toEqual([
    500,
    "the request body is read already: use a clone",
  ]);
});

test.each(["/", "/x"])("a path that names no method is told as it came: %s", async (path) => {
  const app = new Hono().all("*", railhead(new GrpcService()));
  const headers = { "content-type": "application/json" };
  const response = await app.request(path, { method: "POST", headers, body: "{}" });
  expect(response.status).toBe(404);
  expect(await response.json()).toMatchObject({
    message: expect.stringContaining(`malformed path "${path}"`),
  });
});

test("a service made of the bindings where there are none", async () => {
  const service = new GrpcService().registerHandler("test.Unary", {
    handleRequest: ({ payload }) => new GrpcResponse({ payload }),
  });
  const app = new Hono().all(
    "/test.Unary/*",
    railhead(() => service),
  );
  const call = { method: "POST", headers: { "content-type": "application/grpc-web" } };
  const response = await app.request("/test.Unary/See", { ...call, body: new Uint8Array(frame(pattern(3))) });
  expect(await response.text()).toContain("grpc-status:0");
});

test("on Node a client that leaves in the middle of a stream is no error to log", async () => {
  const logged = vi.spyOn(console, "error");
  const left = Promise.withResolvers<void>();
  const service = new GrpcService().registerHandler(
    "test.Stream",
    {
      async *handleStream(_, context) {
        context.signal.addEventListener("abort", () => left.resolve());
        yield EMPTY;
        await left.promise;
      },
    },
    { methods: { Wait: "server_streaming" } },
  );
  const server = await serveOnNode(new Hono().all("*", railhead(service)).fetch);
  const leave = new AbortController();
  const call = await new ContractClient(server.url, http1Transport(), "grpc-web").open(
    "/test.Stream/Wait",
    frame(EMPTY),
    { signal: leave.signal },
  );
  expect(await call.next()).toEqual(EMPTY);
  leave.abort();
  await left.promise;
  await server.close();
  expect(logged).not.toHaveBeenCalled();
  logged.mockRestore();
});
