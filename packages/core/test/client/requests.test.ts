import zlib from "node:zlib";
import { afterEach, describe, expect, test, vi } from "vitest";
import { canStreamRequests } from "../../src/client/request-streams.ts";
import { type ClientOptions, createClient, createRawClient } from "../../src/client.ts";
import { jsonFormat } from "../../src/json-format.ts";
import { createFetchHandler } from "../../src/web/fetch-handler.ts";
import { zlibCompression } from "../../src/zlib-compression.ts";
import { bytes, concat, frame, text, utf8 } from "../support/bytes.ts";
import { BASE_URL, failureOf } from "../support/client.ts";
import { forbidUnhandledRejections } from "../support/hygiene.ts";
import { echoService } from "../support/services.ts";
import { UserService } from "../support/user-service.ts";

forbidUnhandledRejections();
afterEach(() => vi.unstubAllGlobals());

interface Sent {
  readonly method: string;
  readonly url: string;
  readonly headers: Record<string, string>;
  readonly body: Uint8Array;
}

/** What a call sends; the answer is of no interest. */
async function sentBy(
  options: Partial<ClientOptions>,
  call: (fetch: Pick<ClientOptions, "baseUrl" | "fetch">) => Promise<unknown>,
): Promise<Sent> {
  let sent: Sent | undefined;
  const fetch = async (request: Request): Promise<Response> => {
    const { method, url, headers } = request;
    const body = new Uint8Array(await request.arrayBuffer());
    sent = { method, url, headers: Object.fromEntries(headers), body };
    return new Response(null, { status: 503 });
  };
  await failureOf(call({ baseUrl: BASE_URL, ...options, fetch }));
  if (sent === undefined) throw new Error("nothing was sent");
  return sent;
}

function sentRaw(options: Partial<ClientOptions> = {}): Promise<Sent> {
  return sentBy(options, (base) =>
    createRawClient({ ...options, ...base }).unary("a.B", "C", utf8("hi"), {
      metadata: { "x-a": ["1", "2"], "x-b-bin": bytes(0xff) },
      timeoutMs: 60_000,
    }),
  );
}

function sentStream(options: Partial<ClientOptions> = {}): Promise<Sent> {
  return sentBy(options, (base) =>
    createRawClient({ ...options, ...base }).clientStreaming("a.B", "C", [utf8("a"), utf8("b")]),
  );
}

const METADATA = { "x-a": "1, 2", "x-b-bin": "/w" };
const timeoutIn = (headers: Record<string, string>, name: string) => Number.parseInt(headers[name] ?? "", 10);

describe("a unary request", () => {
  test("of gRPC-Web", async () => {
    const { headers, ...sent } = await sentRaw();
    expect(sent).toEqual({ method: "POST", url: "http://api.test/a.B/C", body: frame(utf8("hi")) });
    expect(timeoutIn(headers, "grpc-timeout")).toBeGreaterThan(50_000);
    expect(headers).toEqual({
      ...METADATA,
      accept: "application/grpc-web",
      "content-type": "application/grpc-web",
      "grpc-accept-encoding": "gzip,deflate",
      "grpc-timeout": expect.stringMatching(/^\d{5}m$/),
      "x-grpc-web": "1",
      "x-user-agent": "grpc-web-railhead/0.1",
    });
  });

  test("of gRPC-Web text", async () => {
    const { headers, body } = await sentRaw({ protocol: "grpc-web-text" });
    expect(text(body)).toBe(Buffer.from(frame(utf8("hi"))).toString("base64"));
    expect(headers).toMatchObject({
      accept: "application/grpc-web-text",
      "content-type": "application/grpc-web-text",
    });
  });

  test("of Connect", async () => {
    const { headers, ...sent } = await sentRaw({ protocol: "connect" });
    expect(sent).toEqual({ method: "POST", url: "http://api.test/a.B/C", body: utf8("hi") });
    expect(timeoutIn(headers, "connect-timeout-ms")).toBeGreaterThan(50_000);
    expect(headers).toEqual({
      ...METADATA,
      "accept-encoding": "gzip, deflate",
      "connect-protocol-version": "1",
      "connect-timeout-ms": expect.stringMatching(/^\d{5}$/),
      "content-type": "application/proto",
    });
  });

  test.each([
    [{}, "gzip, deflate"],
    [{ compression: { codecs: zlibCompression(zlib) } }, "zstd, gzip, deflate"],
    [{ compression: false }, "identity"],
  ] as const)("of Connect asks for encodings that can be recognised: %j", async (options, accepted) => {
    const { headers } = await sentRaw({ protocol: "connect", ...options });
    expect(headers["accept-encoding"]).toBe(accepted);
  });

  test.each([
    ["without a deadline", {}],
    ["with more time than the header has digits for", { defaultTimeoutMs: 1e15 }],
  ])("%s says nothing of a deadline", async (_, options) => {
    for (const protocol of ["connect", "grpc-web"] as const) {
      const { headers } = await sentStream({ protocol, ...options });
      expect(Object.keys(headers).join()).not.toContain("timeout");
    }
  });

  test("with an empty message has no body in Connect, for HTTP/2 of Node's fetch hangs on an empty one", async () => {
    let body: unknown;
    const client = createRawClient({
      baseUrl: BASE_URL,
      protocol: "connect",
      fetch: async (request) => {
        body = request.body;
        return new Response(null, { headers: { "content-type": "application/proto" } });
      },
    });
    expect(await client.unary("a.B", "C", bytes())).toEqual(bytes());
    expect(body).toBeNull();
  });

  test("without compression asks for none", async () => {
    const { headers } = await sentRaw({ compression: false });
    expect(headers).not.toHaveProperty("grpc-accept-encoding");
  });
});

describe("a stream", () => {
  test("of gRPC-Web", async () => {
    const { headers, body } = await sentStream();
    expect(body).toEqual(concat(frame(utf8("a")), frame(utf8("b"))));
    expect(headers["content-type"]).toBe("application/grpc-web");
  });

  test("of gRPC-Web text: base64, padded message by message", async () => {
    const { body } = await sentStream({ protocol: "grpc-web-text" });
    const segments = ["a", "b"].map((message) => Buffer.from(frame(utf8(message))).toString("base64"));
    expect(text(body)).toBe(segments.join(""));
  });

  test("of Connect", async () => {
    const { headers, body } = await sentStream({ protocol: "connect" });
    expect(body).toEqual(concat(frame(utf8("a")), frame(utf8("b"))));
    expect(headers).toEqual({
      "connect-accept-encoding": "gzip,deflate",
      "connect-protocol-version": "1",
      "content-type": "application/connect+proto",
    });
  });

  test("of Connect tells its deadline, and names no encoding where it knows none", async () => {
    const options = { protocol: "connect", defaultTimeoutMs: 60_000, compression: false } as const;
    const { headers } = await sentStream(options);
    expect(timeoutIn(headers, "connect-timeout-ms")).toBeGreaterThan(50_000);
    expect(headers).not.toHaveProperty("connect-accept-encoding");
  });

  test.each([true, false])("goes out while it is made, or is gathered first: %s", async (streamRequests) => {
    let isMade = false;
    let wasMade: boolean | undefined;
    function* source() {
      yield utf8("a");
      yield utf8("b");
      isMade = true;
    }
    const handler = createFetchHandler(echoService());
    const fetch = (request: Request): Promise<Response> => {
      wasMade = isMade;
      return handler(request);
    };
    const client = createRawClient({ baseUrl: BASE_URL, fetch, streamRequests });
    const messages = await Array.fromAsync(client.bidiStreaming("test.Service", "Bidi", source()));
    expect(messages.map(text)).toEqual(["a", "b"]);
    expect(wasMade).toBe(!streamRequests);
  });

  test("is gathered where the runtime's Request takes a stream for text", async () => {
    vi.resetModules();
    const Original = globalThis.Request;
    vi.stubGlobal(
      "Request",
      class extends Original {
        constructor(input: RequestInfo | URL, init?: RequestInit) {
          super(input, init?.body instanceof ReadableStream ? { ...init, body: String(init.body) } : init);
        }
      },
    );
    const there = await import("../../src/client/request-streams.ts");
    expect(there.canStreamRequests(BASE_URL)).toBe(false);
    vi.unstubAllGlobals();
    vi.resetModules();
    const here = await import("../../src/client/request-streams.ts");
    expect(here.canStreamRequests(BASE_URL)).toBe(true);
  });

  test.each([
    ["http://api.test", "https://page.test/", false],
    ["https://api.test", "http://page.test/", true],
    ["/api", "http://page.test/", false],
    ["/api", "https://page.test/", true],
  ])("to %s is streamed by a page at %s: %s", async (baseUrl, href, isStreamed) => {
    vi.stubGlobal("location", { href });
    expect(canStreamRequests(baseUrl)).toBe(isStreamed);
  });
});

describe("JSON", () => {
  const json = jsonFormat();
  test.each([
    ["grpc-web", "application/grpc-web+json", frame(utf8('{"userId":"1"}'))],
    ["connect", "application/json", utf8('{"userId":"1"}')],
  ] as const)("by %s", async (protocol, type, body) => {
    const sent = await sentBy({}, (base) =>
      createClient(UserService, { ...base, protocol, codec: "json", json }).getUser({ userId: "1" }),
    );
    expect(sent.headers["content-type"]).toBe(type);
    expect(sent.body).toEqual(body);
  });
});

describe("GET", () => {
  const options = { protocol: "connect", useHttpGet: true } as const;
  const get = (more: Partial<ClientOptions>, userId = "ä/+") =>
    sentBy({}, (base) =>
      createClient(UserService, { ...base, ...options, ...more }).getUser({ userId }, { timeoutMs: 60_000 }),
    );
  const query = ({ url }: Sent): Record<string, string> => Object.fromEntries(new URL(url).searchParams);

  test("carries bytes as URL-safe base64 without padding", async () => {
    const sent = await get({});
    expect(sent).toMatchObject({ method: "GET", body: bytes() });
    expect(sent.url).toContain(
      "http://api.test/example.UserService/GetUser?connect=v1&encoding=proto&base64=1&message=",
    );
    expect(query(sent).message).toBe("CgTDpC8r");
    expect(Object.keys(sent.headers)).toEqual(["accept-encoding", "connect-timeout-ms"]);
  });

  test("carries JSON as it is", async () => {
    const sent = await get({ codec: "json", json: jsonFormat() });
    expect(query(sent)).toEqual({ connect: "v1", encoding: "json", message: '{"userId":"ä/+"}' });
  });

  test("says how the message is compressed", async () => {
    const sent = await get({ compression: { send: "gzip", minBytes: 0 } });
    expect(query(sent)).toMatchObject({ compression: "gzip", base64: "1" });
    expect(query(sent).message).toMatch(/^H4sI[\w-]+$/);
  });

  test("carries compressed JSON as base64", async () => {
    const sent = await get({ codec: "json", json: jsonFormat(), compression: { send: "gzip", minBytes: 0 } });
    expect(query(sent)).toMatchObject({ encoding: "json", compression: "gzip", base64: "1" });
    expect(query(sent).message).toMatch(/^H4sI[\w-]+$/);
  });

  test("gives way to POST where the URL would be too long", async () => {
    // The limit is 8192 for the whole URL; base64 turns three bytes into four characters.
    const limit = Math.floor(((8192 - (await get({}, "")).url.length) * 3) / 4) - 3;
    expect((await get({}, "x".repeat(limit))).method).toBe("GET");
    expect((await get({}, "x".repeat(limit + 3))).method).toBe("POST");
  });

  test.each([
    ["methods that may have side effects", {}, "createUser"],
    ["other protocols", { protocol: "grpc-web" }, "getUser"],
    ["clients that do not ask for it", { useHttpGet: false }, "getUser"],
  ] as const)("is not for %s", async (_, more, method) => {
    const sent = await sentBy({}, (base) =>
      createClient(UserService, { ...base, ...options, ...more })[method]({}),
    );
    expect(sent.method).toBe("POST");
  });

  test("is for raw calls that say so", async () => {
    const sent = await sentBy({}, (base) =>
      createRawClient({ ...base, ...options }).unary("a.B", "C", bytes(251, 255, 254), {
        noSideEffects: true,
      }),
    );
    expect(sent.url).toBe("http://api.test/a.B/C?connect=v1&encoding=proto&base64=1&message=-__-");
  });
});

describe("the base URL", () => {
  test.each([
    ["http://api.test", "http://api.test/a.B/C"],
    ["http://api.test/", "http://api.test/a.B/C"],
    ["http://api.test:81/v1", "http://api.test:81/v1/a.B/C"],
    ["http://api.test/v1//", "http://api.test/v1/a.B/C"],
  ])("%s", async (baseUrl, url) => {
    const sent = await sentBy({ baseUrl }, (base) => createRawClient({ ...base }).unary("a.B", "C", bytes()));
    expect(sent.url).toBe(url);
  });
});

describe("nothing that runtimes of the edge refuse", () => {
  test.each(["unary", "clientStreaming"] as const)("%s", async (kind) => {
    const seen: string[] = [];
    const Original = globalThis.Request;
    globalThis.Request = class extends Original {
      constructor(input: RequestInfo | URL, init?: RequestInit) {
        seen.push(...Object.keys(init ?? {}));
        super(input, init);
      }
    };
    try {
      await (kind === "unary" ? sentRaw() : sentStream());
    } finally {
      globalThis.Request = Original;
    }
    expect(new Set(seen)).toEqual(new Set(["method", "body", "headers", "signal", "duplex"]));
  });
});
