import { Code, ConnectError, createClient, type Transport } from "@connectrpc/connect";
import {
  createConnectTransport,
  createGrpcTransport,
  createGrpcWebTransport,
} from "@connectrpc/connect-node";
import { createConnectTransport as createWebTransport } from "@connectrpc/connect-web";
import { UserService } from "@railhead/example-user-service";
import { describe, expect, test } from "vitest";
import { expectNoFaults } from "../support/faults.ts";
import { startFixture } from "../support/fixture-server.ts";

expectNoFaults();

const TRANSPORTS: Readonly<Record<string, { bidi: boolean; open(baseUrl: string): Transport }>> = {
  "gRPC over h2c": { bidi: true, open: (baseUrl) => createGrpcTransport({ baseUrl }) },
  "gRPC over h2c, JSON": {
    bidi: true,
    open: (baseUrl) => createGrpcTransport({ baseUrl, useBinaryFormat: false }),
  },
  "gRPC-Web over h2c": {
    bidi: true,
    open: (baseUrl) => createGrpcWebTransport({ baseUrl, httpVersion: "2" }),
  },
  "gRPC-Web over HTTP/1.1": {
    bidi: false,
    open: (baseUrl) => createGrpcWebTransport({ baseUrl, httpVersion: "1.1" }),
  },
  "Connect over h2c": {
    bidi: true,
    open: (baseUrl) => createConnectTransport({ baseUrl, httpVersion: "2" }),
  },
  "Connect over h2c, JSON, by GET where it can": {
    bidi: true,
    open: (baseUrl) =>
      createConnectTransport({ baseUrl, httpVersion: "2", useBinaryFormat: false, useHttpGet: true }),
  },
  "Connect over HTTP/1.1, by GET where it can": {
    bidi: false,
    open: (baseUrl) => createConnectTransport({ baseUrl, httpVersion: "1.1", useHttpGet: true }),
  },
};

describe.each(Object.entries(TRANSPORTS))("connect-node, %s", (_, { bidi, open }) => {
  async function start() {
    const { server } = await startFixture();
    return createClient(UserService, open(server.url));
  }

  test("unary", async () => {
    const client = await start();
    const { user } = await client.getUser({ userId: "123" });
    expect(user).toMatchObject({ name: "John Doe", email: "john@example.com" });
  });

  test("unary, an error", async () => {
    const client = await start();
    const error = await client.getUser({ userId: "999" }).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(ConnectError);
    expect(error).toMatchObject({ code: Code.NotFound, rawMessage: "User 999 not found" });
  });

  test("client streaming, then server streaming", async () => {
    const client = await start();
    async function* users() {
      for (const name of ["Ada", "Grace", "Edsger"]) yield { name, tags: ["new"] };
    }
    expect(await client.createUsers(users())).toMatchObject({ created: 3 });
    const names: string[] = [];
    for await (const { name } of client.listUsers({ tag: "new" })) names.push(name);
    expect(names).toEqual(["Ada", "Grace", "Edsger"]);
  });

  test("bidi", async () => {
    const client = await start();
    async function* texts() {
      for (const text of ["one", "two"]) yield { text };
    }
    const answers: string[] = [];
    for await (const { sender, text } of client.chat(texts())) answers.push(`${sender} ${text}`);
    expect(answers).toEqual(["server one", "server two"]);
  });

  if (bidi) {
    test("bidi: an answer to each before the next", async () => {
      const client = await start();
      let next = Promise.withResolvers<string>();
      async function* texts() {
        for (;;) {
          const text = await next.promise;
          next = Promise.withResolvers();
          if (text === "bye") return;
          yield { text };
        }
      }
      const answers = client.chat(texts())[Symbol.asyncIterator]();
      for (const text of ["one", "two", "three"]) {
        const answer = answers.next();
        next.resolve(text);
        expect((await answer).value?.text).toBe(text);
      }
      const end = answers.next();
      next.resolve("bye");
      expect((await end).done).toBe(true);
    });
  }

  test("a deadline", async () => {
    const client = await start();
    const released = Promise.withResolvers<void>();
    async function* slowly() {
      yield { name: "Ada" };
      await released.promise;
    }
    const error = await client.createUsers(slowly(), { timeoutMs: 100 }).catch((thrown: unknown) => thrown);
    released.resolve();
    expect(error).toMatchObject({ code: Code.DeadlineExceeded });
  });
});

describe.each([
  ["JSON", false],
  ["binary", true],
])("connect-web, %s", (_, useBinaryFormat) => {
  /** The client, and the HTTP method of each request it has sent. */
  async function start() {
    const { server } = await startFixture();
    const methods: string[] = [];
    const transport = createWebTransport({
      baseUrl: server.url,
      useBinaryFormat,
      useHttpGet: true,
      fetch(input, init) {
        methods.push(init?.method ?? "GET");
        return fetch(input, init);
      },
    });
    return { client: createClient(UserService, transport), methods };
  }

  test("GET where nothing changes, POST elsewhere", async () => {
    const { client, methods } = await start();
    expect((await client.getUser({ userId: "123" })).user?.name).toBe("John Doe");
    expect((await client.createUser({ name: "Ada ü" })).user?.name).toBe("Ada ü");
    expect(methods).toEqual(["GET", "POST"]);
  });

  test("an error by GET", async () => {
    const { client, methods } = await start();
    const error = await client.getUser({ userId: "999" }).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: Code.NotFound, rawMessage: "User 999 not found" });
    expect(methods).toEqual(["GET"]);
  });

  test("server streaming", async () => {
    const { client } = await start();
    const names: string[] = [];
    for await (const { name } of client.listUsers({})) names.push(name);
    expect(names).toEqual(["John Doe"]);
  });
});
