import { describe, expect, test, vi } from "vitest";
import { GrpcError } from "../../src/error.ts";
import type { CorsOptions } from "../../src/options.ts";
import { GrpcResponse } from "../../src/response.ts";
import { GrpcStatusCode } from "../../src/status.ts";
import { GrpcService } from "../../src/typed-service.ts";
import { createFetchHandler } from "../../src/web/fetch-handler.ts";
import { bytes } from "../support/bytes.ts";
import { TestCall } from "../support/call.ts";
import { forbidUnhandledRejections, settle } from "../support/hygiene.ts";
import { MemoryOutbound } from "../support/outbound.ts";
import { echoService, rawService } from "../support/services.ts";
import { callWeb, webRequest } from "../support/web.ts";

forbidUnhandledRejections();

const ORIGIN = "https://app.example.com";
const ASKED = "content-type,x-grpc-web,authorization";

function preflight(cors: CorsOptions | undefined, origin: string | null = ORIGIN): Promise<Response> {
  const handler = createFetchHandler(echoService(), cors === undefined ? {} : { cors });
  const headers = new Headers({
    "access-control-request-method": "POST",
    "access-control-request-headers": ASKED,
  });
  if (origin !== null) headers.set("origin", origin);
  return handler(new Request("http://test/test.Service/Unary", { method: "OPTIONS", headers }));
}

const call = (cors: CorsOptions, origin: string | undefined = ORIGIN, path = "/test.Service/Unary") =>
  callWeb(createFetchHandler(echoService(), { cors }), {
    path,
    headers: origin === undefined ? {} : { origin },
  });

/** [name, options, what the allow-origin header says to the allowed origin] */
const ALLOWING: [string, CorsOptions, string][] = [
  ["everyone", { origins: "*" }, "*"],
  ["everyone, with credentials", { origins: "*", allowCredentials: true }, ORIGIN],
  ["a list", { origins: ["https://other.example.com", ORIGIN] }, ORIGIN],
  ["one", { origins: ORIGIN }, ORIGIN],
  ["a pattern", { origins: /^https:\/\/\w+\.example\.com$/ }, ORIGIN],
  ["a pattern that keeps its place", { origins: /app/g }, ORIGIN],
  ["a list with patterns", { origins: ["https://other.example.com", /^https:\/\/app\./] }, ORIGIN],
  ["a function", { origins: (origin) => origin.endsWith(".example.com") }, ORIGIN],
];

describe.each(ALLOWING)("origins: %s", (_, cors, allowed) => {
  test("lets a preflight pass", async () => {
    const response = await preflight(cors);
    expect(response.status).toBe(204);
    expect(response.body).toBeNull();
    const { headers } = response;
    expect(headers.get("access-control-allow-origin")).toBe(allowed);
    expect(headers.get("access-control-allow-methods")).toBe("GET, POST");
    expect(headers.get("access-control-allow-headers")).toBe(ASKED);
    expect(headers.get("access-control-max-age")).toBe("7200");
    expect(headers.get("vary")).toBe("origin, access-control-request-headers");
    expect(headers.get("access-control-allow-credentials")).toBe(
      cors.allowCredentials === true ? "true" : null,
    );
  });

  test("lets scripts read the response", async () => {
    const answer = await call(cors);
    expect(answer.code).toBe(GrpcStatusCode.OK);
    expect(answer.headers.get("access-control-allow-origin")).toBe(allowed);
    expect(answer.headers.get("access-control-allow-credentials")).toBe(
      cors.allowCredentials === true ? "true" : null,
    );
    expect(answer.headers.get("vary")).toBe("origin");
  });
});

describe("an origin that is not allowed", () => {
  const cors: CorsOptions = { origins: ["https://other.example.com"] };

  test.each([ORIGIN, "https://other.example.com.evil.test", "http://other.example.com", "null"])(
    "is refused at the preflight: %s",
    async (origin) => {
      const response = await preflight(cors, origin);
      expect(response.status).toBe(403);
      expect([...response.headers.keys()].filter((name) => name.startsWith("access-control"))).toEqual([]);
      expect(response.headers.get("vary")).toBe("origin");
      expect(await response.text()).toBe(`origin ${origin} is not allowed\n`);
    },
  );

  test("gets a response that scripts may not read", async () => {
    const answer = await call(cors);
    expect(answer.code).toBe(GrpcStatusCode.OK);
    expect([...answer.headers.keys()].filter((name) => name.startsWith("access-control"))).toEqual([]);
  });

  test("is the same as none in a preflight", async () => {
    const response = await preflight({ origins: "*" }, null);
    expect(response.status).toBe(403);
    expect(await response.text()).toContain("origin (none)");
  });
});

test.each([/^https:\/\/other\./, "https://app.example", "HTTPS://APP.EXAMPLE.COM"])(
  "%s does not let the origin in",
  async (origins) => {
    for (const cors of [{ origins }, { origins: [origins] }]) {
      expect((await preflight(cors)).status).toBe(403);
    }
  },
);

describe("Connect across origins", () => {
  const service = () =>
    new GrpcService().registerHandler(
      "test.Service",
      {
        handleRequest({ payload }, { responseTrailers }) {
          responseTrailers.set("x-cost", "1");
          if (payload.length === 0) throw new GrpcError(5, "gone");
          return new GrpcResponse({ payload });
        },
      },
      { noSideEffects: ["Unary"] },
    );
  const url = "http://test/test.Service/Unary";
  const send = (init: RequestInit, query = "", cors: CorsOptions = { origins: ORIGIN }) =>
    createFetchHandler(service(), { cors })(new Request(url + query, init));

  test.each([
    [200, bytes(1)],
    [404, bytes()],
  ])("HTTP %d: trailers are exposed too", async (status, body) => {
    const headers = { origin: ORIGIN, "content-type": "application/proto" };
    const response = await send({ method: "POST", headers, body: Uint8Array.from(body) });
    expect(response.status).toBe(status);
    expect(response.headers.get("access-control-allow-origin")).toBe(ORIGIN);
    expect(response.headers.get("access-control-expose-headers")?.split(", ")).toContain("trailer-x-cost");
  });

  test("GET needs no preflight", async () => {
    const response = await send({ headers: { origin: ORIGIN } }, "?encoding=proto&message=a");
    expect(response.status).toBe(200);
    expect(response.headers.get("access-control-allow-origin")).toBe(ORIGIN);
    expect(response.headers.get("vary")).toBe("accept-encoding, origin");
  });

  test.each([{}, { origin: "https://evil.test" }])(
    "what a cache keeps of GET for %o is not for others",
    async (headers) => {
      const response = await send({ headers }, "?encoding=proto&message=a");
      expect(response.status).toBe(200);
      expect(response.headers.has("access-control-allow-origin")).toBe(false);
      expect(response.headers.get("vary")).toBe("accept-encoding, origin");
    },
  );
});

test("a call of the same origin has no CORS headers", async () => {
  const answer = await call({ origins: "*" }, undefined);
  const handler = createFetchHandler(echoService(), { cors: { origins: "*" } });
  const plain = await handler(webRequest());
  expect(answer.code).toBe(GrpcStatusCode.OK);
  expect([...plain.headers.keys()].filter((name) => name.startsWith("access-control"))).toEqual([]);
});

test("all headers of the response are exposed, the application's too", async () => {
  const service = rawService({
    async *stream(_, { responseMetadata }) {
      responseMetadata.set("x-request-id", "1").append("x-request-id", "2");
      yield bytes(1);
    },
  });
  const handler = createFetchHandler(service, { cors: { origins: "*" } });
  const path = "/test.Service/ServerStream";
  const { headers } = await callWeb(handler, { path, headers: { origin: ORIGIN } });
  const exposed = headers.get("access-control-expose-headers")?.split(", ");
  expect(exposed).toEqual(
    expect.arrayContaining(["grpc-status", "grpc-message", "grpc-status-details-bin", "x-request-id"]),
  );
  expect(new Set(exposed).size).toBe(exposed?.length);
});

test("failures can be read across origins as well", async () => {
  const answer = await call({ origins: "*" }, ORIGIN, "/no.Service/Method");
  expect(answer.code).toBe(GrpcStatusCode.UNIMPLEMENTED);
  expect(answer.headers.get("access-control-allow-origin")).toBe("*");
  const handler = createFetchHandler(echoService(), { cors: { origins: "*" } });
  const refused = await handler(webRequest({ headers: { origin: ORIGIN, "content-type": "text/plain" } }));
  expect(refused.status).toBe(415);
  expect(refused.headers.get("access-control-allow-origin")).toBe("*");
});

test("how long a preflight is remembered can be set", async () => {
  for (const maxAgeSeconds of [0, 60]) {
    const response = await preflight({ origins: "*", maxAgeSeconds });
    expect(response.headers.get("access-control-max-age")).toBe(String(maxAgeSeconds));
  }
});

test("without the option there is no CORS at all", async () => {
  expect((await preflight(undefined)).status).toBe(405);
  const answer = await callWeb(createFetchHandler(echoService()), { headers: { origin: ORIGIN } });
  expect([...answer.headers.keys()]).not.toContain("access-control-allow-origin");
});

test("an OPTIONS request that is no preflight is not answered as one", async () => {
  const handler = createFetchHandler(echoService(), { cors: { origins: "*" } });
  const request = new Request("http://test/test.Service/Unary", {
    method: "OPTIONS",
    headers: { origin: ORIGIN },
  });
  expect((await handler(request)).status).toBe(405);
});

test("a function that gives a promise lets nobody in", async () => {
  // Its type forbids it; JavaScript does not.
  const origins: unknown = async () => true;
  const cors: CorsOptions = { origins: origins as (origin: string) => boolean };
  expect((await preflight(cors)).status).toBe(403);
});

test.each([{}, { origins: undefined }, true, "*"])("options that name no origins: %j", (cors) => {
  const wrong = cors as unknown as CorsOptions;
  expect(() => createFetchHandler(echoService(), { cors: wrong })).toThrow(/^cors takes { origins }/);
});

test("a function that throws lets nobody in, and takes nothing down", async () => {
  const log = vi.spyOn(console, "error").mockImplementation(() => {});
  const failure = new Error("no list");
  const cors: CorsOptions = {
    origins: () => {
      throw failure;
    },
  };
  const handler = createFetchHandler(echoService(), { cors });
  for (const response of [
    await preflight(cors),
    await handler(webRequest({ headers: { origin: ORIGIN } })),
  ]) {
    expect(response.status).toBe(500);
    expect(response.headers.has("access-control-allow-origin")).toBe(false);
    expect(await response.text()).not.toContain("no list");
  }
  expect(log).toHaveBeenCalledWith(expect.any(String), failure);
  log.mockRestore();
  expect((await callWeb(handler)).code).toBe(GrpcStatusCode.OK);
});

describe("a stream across origins", () => {
  const init = {
    path: "/test.Service/Bidi",
    headers: { origin: ORIGIN },
    options: { cors: { origins: ORIGIN } },
  };

  test("has a head that scripts may read, its messages and its trailers", async () => {
    const stream = new TestCall(echoService(), init);
    stream.send(bytes(1));
    await settle();
    await stream.finish();
    expect(stream.out.calls).toEqual(["start", "write", "finish"]);
    expect(stream.out.headers.get("access-control-allow-origin")).toBe(ORIGIN);
    expect(stream.messages).toEqual([bytes(1)]);
    expect(stream.status.code).toBe(GrpcStatusCode.OK);
    await stream.check();
    const atOnce = await new TestCall(echoService(), init).finish();
    expect(atOnce.out.calls).toEqual(["respond"]);
    expect(atOnce.status.code).toBe(GrpcStatusCode.OK);
  });

  test("waits for a wire that is full", async () => {
    const given = vi.fn();
    const service = rawService({
      async *stream() {
        for (let at = 0; at < 5; at++) {
          given();
          yield new Uint8Array(20_000);
        }
      },
    });
    const stream = new TestCall(service, init);
    stream.out.accepts = () => false;
    await settle();
    expect(given).toHaveBeenCalledOnce();
    stream.drain();
    await settle();
    expect(given).toHaveBeenCalledTimes(2);
    stream.cancel();
    await stream.check();
  });

  test("lets a request that was paused go on", async () => {
    const gate = Promise.withResolvers<void>();
    const service = rawService({
      async *stream({ messages }) {
        await gate.promise;
        yield* messages;
      },
    });
    const stream = new TestCall(service, init);
    expect(stream.send(new Uint8Array(100_000))).toBe(false);
    gate.resolve();
    await settle();
    expect(stream.out.calls).toContain("resumeReading");
    stream.cancel();
    await stream.check();
  });

  test("has its client watched", async () => {
    const watch = vi.fn();
    const stream = new TestCall(echoService(), {
      ...init,
      out: Object.assign(new MemoryOutbound(), { watch }),
    });
    expect(watch).toHaveBeenCalled();
    stream.cancel();
    await stream.check();
  });
});

test("a preflight that asks for no headers is granted none", async () => {
  const handler = createFetchHandler(echoService(), { cors: { origins: "*" } });
  const headers = { origin: ORIGIN, "access-control-request-method": "POST" };
  const response = await handler(
    new Request("http://test/test.Service/Unary", { method: "OPTIONS", headers }),
  );
  expect(response.status).toBe(204);
  expect(response.headers.has("access-control-allow-headers")).toBe(false);
});

test("a call with the headers of a preflight is a call", async () => {
  const headers = { origin: ORIGIN, "access-control-request-method": "POST" };
  const handler = createFetchHandler(echoService(), { cors: { origins: "*" } });
  expect((await callWeb(handler, { headers, messages: [bytes(1)] })).messages).toEqual([bytes(1)]);
});
