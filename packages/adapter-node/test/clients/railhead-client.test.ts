import { once } from "node:events";
import { createServer } from "node:http";
import { nodeCompression } from "@railhead/adapter-node";
import { GrpcError, GrpcStatusCode, jsonFormat, type ReadonlyMetadata } from "@railhead/core";
import { type Client, type ClientOptions, createClient, createRawClient } from "@railhead/core/client";
import { UserService } from "@railhead/example-user-service";
import { describe, expect, onTestFinished, test } from "vitest";
import { expectNoFaults } from "../support/faults.ts";
import { listen } from "../support/listen.ts";
import { logCodecs } from "./support/codecs.ts";
import { startServer, userService } from "./support/servers.ts";

expectNoFaults();

const protocols = ["connect", "grpc-web", "grpc-web-text"] as const;
const ways = protocols.flatMap((protocol) =>
  (["proto", "json"] as const).map((codec) => ({ protocol, codec })),
);

/** By Node's own `fetch`, over HTTP/1.1. */
async function start(
  options: Partial<ClientOptions> = {},
  service = userService(),
): Promise<Client<typeof UserService>> {
  const { url } = await startServer(service);
  return createClient(UserService, { baseUrl: url, json: jsonFormat(), ...options });
}

async function failureOf(call: Promise<unknown>): Promise<GrpcError> {
  const thrown = await call.then(
    () => new Error("the call succeeded"),
    (error: unknown) => error,
  );
  if (thrown instanceof GrpcError) return thrown;
  throw thrown;
}

describe.each(ways)("$protocol, $codec", (way) => {
  test("unary, and its errors", async () => {
    const client = await start(way);
    expect(await client.getUser({ userId: "123" })).toMatchObject({
      success: true,
      user: { name: "John Doe" },
    });
    const error = await failureOf(client.getUser({ userId: "999" }));
    expect([error.codeName, error.message]).toEqual(["NOT_FOUND", "User 999 not found"]);
  });

  test("streams of responses and of requests", async () => {
    const client = await start(way);
    const users = Array.from({ length: 50 }, (_, at) => ({ id: `u${at}`, name: `User ${at}` }));
    expect(await client.createUsers(users)).toMatchObject({ created: 50 });
    const listed = await Array.fromAsync(client.listUsers({}));
    expect(listed.map(({ id }) => id)).toEqual(expect.arrayContaining(users.map(({ id }) => id)));
  });

  test("both at once: each message is answered before the next one is sent", async () => {
    const client = await start(way);
    const answers: string[] = [];
    let answered: (() => void) | undefined;
    async function* messages() {
      for (const text of ["a", "b", "c"]) {
        const answer = new Promise<void>((resolve) => (answered = resolve));
        yield { text };
        await answer;
      }
    }
    for await (const { text } of client.chat(messages())) {
      answers.push(text);
      answered?.();
    }
    expect(answers).toEqual(["a", "b", "c"]);
  });

  test("a caller that cancels: the handler learns of it", async () => {
    const started = Promise.withResolvers<void>();
    const reason = Promise.withResolvers<unknown>();
    const waiting = userService({
      async getUser(_, { signal }) {
        signal.addEventListener("abort", () => reason.resolve(signal.reason));
        started.resolve();
        throw await reason.promise;
      },
    });
    const client = await start(way, waiting);
    const controller = new AbortController();
    const failing = failureOf(client.getUser({}, { signal: controller.signal }));
    await started.promise;
    controller.abort();
    expect((await failing).codeName).toBe("CANCELLED");
    expect(await reason.promise).toMatchObject({ code: GrpcStatusCode.CANCELLED });
  });

  test("a deadline: the call fails at its time, and the handler knew it", async () => {
    const remaining: number[] = [];
    const slow = userService({
      async getUser(_, { timeRemainingMs, signal }) {
        remaining.push(timeRemainingMs());
        await new Promise((resolve) => signal.addEventListener("abort", resolve));
        return {};
      },
    });
    const client = await start(way, slow);
    expect((await failureOf(client.getUser({}, { timeoutMs: 500 }))).codeName).toBe("DEADLINE_EXCEEDED");
    for (const ms of remaining) expect(ms).toBeLessThanOrEqual(500);
    const signal = AbortSignal.timeout(20);
    expect((await failureOf(client.getUser({}, { signal }))).codeName).toBe("DEADLINE_EXCEEDED");
  });

  test("a reader that stops early stops the handler", async () => {
    let isOver = false;
    const endless = userService({
      async *listUsers() {
        try {
          for (;;) {
            yield { name: "x".repeat(1000) };
            await new Promise((resolve) => setImmediate(resolve));
          }
        } finally {
          isOver = true;
        }
      },
    });
    for await (const _ of (await start(way, endless)).listUsers({})) break;
    await expect.poll(() => isOver).toBe(true);
  });
});

describe.each(protocols)("%s", (protocol) => {
  test.each(["gzip", "deflate", "br", "zstd"])("%s, both ways", async (name) => {
    const [codec] = nodeCompression().filter((one) => one.name === name);
    if (codec === undefined) return;
    const long = "x".repeat(5000);
    const log = logCodecs(name);
    const { url } = await startServer(userService({ createUser: (user) => ({ user }) }), {
      compression: { codecs: log.codecs },
    });
    const compression = { codecs: [codec], send: name };
    const client = createClient(UserService, { baseUrl: url, protocol, compression });
    expect((await client.createUser({ name: long })).user?.name).toBe(long);
    expect((await Array.fromAsync(client.chat([{ text: long }])))[0]?.text).toBe(long);
    expect(log.decompressed).toEqual([name, name]);
    // A body of br shows nowhere whether fetch has decompressed it, so that it is not asked for.
    expect(log.compressed).toEqual(protocol === "connect" && name === "br" ? [name] : [name, name]);
  });

  test("metadata, both ways, with several values and bytes", async () => {
    const client = await start(
      { protocol },
      userService({
        getUser(_, { metadata, responseMetadata, responseTrailers }) {
          for (const value of metadata.getAll("x-a")) responseMetadata.append("x-a", value);
          for (const value of metadata.getAllBinary("x-b-bin")) responseTrailers.append("x-b-bin", value);
          return {};
        },
      }),
    );
    const seen: { headers?: ReadonlyMetadata; trailers?: ReadonlyMetadata } = {};
    const blobs = [Uint8Array.of(0, 255), Uint8Array.of(1)];
    await client.getUser(
      {},
      {
        metadata: { "x-a": ["1", "2"], "x-b-bin": blobs },
        onHeaders: (headers) => (seen.headers = headers),
        onTrailers: (trailers) => (seen.trailers = trailers),
      },
    );
    expect(seen.headers?.get("x-a")).toBe("1, 2");
    expect(seen.trailers?.getAllBinary("x-b-bin")).toEqual(blobs);
  });

  test("a service that lacks the method, and a server that lacks the service", async () => {
    const client = createRawClient({ baseUrl: (await startServer(userService())).url, protocol });
    for (const [service, method] of [
      ["example.UserService", "Nothing"],
      ["no.Service", "Get"],
    ] as const) {
      const error = await failureOf(client.unary(service, method, new Uint8Array()));
      expect(error.codeName).toBe("UNIMPLEMENTED");
      expect(error.message).toContain(service);
    }
  });

  test("nobody listens", async () => {
    const gone = await listen(createServer());
    await gone.close();
    const client = createRawClient({ baseUrl: gone.url, protocol });
    const error = await failureOf(client.unary("a.B", "C", new Uint8Array()));
    expect(error.codeName).toBe("UNAVAILABLE");
    expect(error.message).toContain(`no response from ${gone.url}: fetch failed (connect ECONNREFUSED`);
  });

  test("a connection that breaks in the middle", async () => {
    const server = createServer((_, response) => {
      const type = protocol === "connect" ? "application/connect+proto" : `application/${protocol}`;
      response.writeHead(200, { "content-type": type });
      response.write(Buffer.of(0, 0, 0));
      setImmediate(() => response.destroy());
    });
    const { url, close } = await listen(server, () => server.closeAllConnections());
    onTestFinished(close);
    const client = createRawClient({ baseUrl: url, protocol });
    const messages = client.serverStreaming("a.B", "C", new Uint8Array());
    expect((await failureOf(Array.fromAsync(messages))).codeName).toBe("UNAVAILABLE");
  });
});

test("GET reaches methods without side effects, and their handlers see what was sent", async () => {
  const client = await start({ protocol: "connect", useHttpGet: true });
  expect(await client.getUser({ userId: "123" })).toMatchObject({ user: { name: "John Doe" } });
  expect((await failureOf(client.getUser({ userId: "" }))).code).toBe(GrpcStatusCode.INVALID_ARGUMENT);
});

test("a server that answers early and reads no further: the upload ends as well", async () => {
  let sent = 0;
  const client = await start(
    {},
    userService({
      async createUsers() {
        throw new GrpcError(GrpcStatusCode.PERMISSION_DENIED, "not you");
      },
    }),
  );
  async function* users() {
    for (;;) {
      sent++;
      yield { name: "x".repeat(10_000) };
      await new Promise((resolve) => setImmediate(resolve));
    }
  }
  const error = await failureOf(client.createUsers(users(), { timeoutMs: 10_000 }));
  expect([error.codeName, error.message]).toEqual(["PERMISSION_DENIED", "not you"]);
  const before = sent;
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect(sent - before).toBeLessThan(2);
});

test("a proxy that knows none of this, and what it says", async () => {
  const server = createServer((_, response) => {
    response.writeHead(403, { "content-type": "text/plain" }).end("blocked by the company's firewall\n");
  });
  const { url, close } = await listen(server);
  onTestFinished(close);
  const answered = once(server, "request");
  const error = await failureOf(createRawClient({ baseUrl: url }).unary("a.B", "C", new Uint8Array()));
  expect(error.message).toBe("HTTP status 403: blocked by the company's firewall");
  expect(error.codeName).toBe("PERMISSION_DENIED");
  await answered;
});
