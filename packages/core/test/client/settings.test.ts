import { afterEach, describe, expect, test, vi } from "vitest";
import { type ClientOptions, createClient, createRawClient } from "../../src/client.ts";
import { createFetchHandler } from "../../src/web/fetch-handler.ts";
import { utf8 } from "../support/bytes.ts";
import { BASE_URL, failureOf } from "../support/client.ts";
import { forbidUnhandledRejections } from "../support/hygiene.ts";
import { echoService } from "../support/services.ts";
import { UserService } from "../support/user-service.ts";

forbidUnhandledRejections();
afterEach(() => vi.unstubAllGlobals());

describe("options that make no sense are named at once", () => {
  const none: object = { foo: 1 };
  test.each<[Partial<ClientOptions> | object, string]>([
    [{ baseUrl: "api.example.com" }, 'baseUrl must be a URL such as "https://api.example.com"'],
    [{ baseUrl: "" }, "baseUrl must be a URL"],
    [{ baseUrl: undefined }, "baseUrl must be a URL"],
    [{ baseUrl: "localhost:8080" }, "baseUrl must be a URL"],
    [{ baseUrl: "ws://a" }, "baseUrl must be a URL"],
    [{ baseUrl: "http://a/?b=c" }, "without credentials or query"],
    [{ baseUrl: "http://a/#b" }, "without credentials or query"],
    [{ baseUrl: "http://user:secret@a" }, "without credentials or query"],
    [{ baseUrl: "http://user@a" }, "without credentials or query"],
    [{ protocol: "grpc" }, 'unknown protocol "grpc": use connect, grpc-web, grpc-web-text'],
    [{ protocol: "toString" }, 'unknown protocol "toString"'],
    [{ codec: "yaml" }, 'unknown codec "yaml": use proto or json'],
    [{ codec: "json" }, 'codec "json" needs the option json: jsonFormat()'],
    [{ fetch: none }, "fetch must be a function, or an object with a method fetch"],
    [
      { compression: { send: "br" } },
      'compression.send is "br", which is none of compression.codecs (gzip, deflate)',
    ],
    [{ maxReceiveMessageBytes: -1 }, "maxReceiveMessageBytes must be a number that is not negative, not -1"],
    [{ maxSendMessageBytes: "1" }, "maxSendMessageBytes must be a number"],
    [{ defaultTimeoutMs: Number.NaN }, "defaultTimeoutMs must be a number"],
    [{ interceptors: async () => {} }, "interceptors is not iterable"],
  ])("%j", (options, message) => {
    expect(() => createClient(UserService, { baseUrl: BASE_URL, ...options } as ClientOptions)).toThrow(
      message,
    );
    expect(() => createRawClient({ baseUrl: BASE_URL, ...options } as ClientOptions)).toThrow(message);
  });

  test("a raw client has no JSON", () => {
    const json = { decode: () => never(), encode: () => never() };
    expect(() => createRawClient({ baseUrl: BASE_URL, codec: "json", json })).toThrow(
      "a raw client has no schema",
    );
  });

  test.each([
    ["timeoutMs", { timeoutMs: Number.NaN }, "timeoutMs must be a number, not NaN"],
    ["timeoutMs", { timeoutMs: "5" as unknown as number }, "timeoutMs must be a number, not 5"],
    ["metadata", { metadata: { "grpc-status": "0" } }, 'metadata key "grpc-status" is reserved'],
    ["metadata", { metadata: { "x y": "0" } }, "invalid metadata key"],
  ])("of a call: %s", async (_, options, message) => {
    const client = createRawClient({ baseUrl: BASE_URL, fetch: never });
    await expect(client.unary("a.B", "C", utf8(""), options)).rejects.toThrow(message);
    await expect(client.unary("a.B", "C", utf8(""), options)).rejects.toBeInstanceOf(TypeError);
    const messages = client.serverStreaming("a.B", "C", utf8(""), options);
    await expect(Array.fromAsync(messages)).rejects.toBeInstanceOf(TypeError);
  });

  test("a message that cannot be encoded", async () => {
    const client = createClient(UserService, { baseUrl: BASE_URL, fetch: never });
    const error = await failureOf(Array.fromAsync(client.listUsers({ limit: 1.5 })));
    expect(error.codeName).toBe("INTERNAL");
    expect(error.message).toMatch(
      /^the request message of example\.UserService\/ListUsers cannot be encoded: /,
    );
    // @ts-expect-error: nothing where a message belongs
    expect((await failureOf(client.getUser())).message).toContain("undefined is no example.GetUserRequest");
  });
});

function never(): never {
  throw new Error("never called");
}

describe("fetch", () => {
  const handler = createFetchHandler(echoService());
  const call = (fetch?: ClientOptions["fetch"]) =>
    createRawClient({ baseUrl: BASE_URL, ...(fetch && { fetch }) }).unary(
      "test.Service",
      "Unary",
      utf8("hi"),
    );

  test("may be a function that wants no owner", async () => {
    const fetch = function (this: unknown, request: Request): Promise<Response> {
      if (this !== undefined) throw new TypeError("Illegal invocation");
      return handler(request);
    };
    expect(await call(fetch)).toEqual(utf8("hi"));
  });

  test("may be an object with a method that wants its owner", async () => {
    class Binding {
      readonly #handler = handler;
      fetch(request: Request): Promise<Response> {
        return this.#handler(request);
      }
    }
    expect(await call(new Binding())).toEqual(utf8("hi"));
  });

  test("may answer at once", async () => {
    const error = await failureOf(call({ fetch: () => new Response(null, { status: 404 }) }));
    expect(error.codeName).toBe("UNIMPLEMENTED");
  });

  test("is the runtime's own by default, looked up for each call", async () => {
    const client = createRawClient({ baseUrl: BASE_URL });
    vi.stubGlobal("fetch", handler);
    expect(await client.unary("test.Service", "Unary", utf8("hi"))).toEqual(utf8("hi"));
  });
});

test("a page may name a path of its own origin", async () => {
  vi.stubGlobal("location", { href: "http://page.test/index.html" });
  expect(() => createRawClient({ baseUrl: "/api" })).not.toThrow();
  expect(() => createRawClient({ baseUrl: "localhost:8080" })).toThrow("baseUrl must be a URL");
});

test("a typed client is a plain object of the service's methods", () => {
  const client = createClient(UserService, { baseUrl: BASE_URL });
  expect(Object.keys(client)).toEqual(["getUser", "createUser", "listUsers", "createUsers", "chat"]);
  expect(Object.isFrozen(client)).toBe(true);
});
