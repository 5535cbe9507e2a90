import { createClient } from "@connectrpc/connect";
import { createConnectTransport, createGrpcWebTransport } from "@connectrpc/connect-web";
import { createLambdaFetch } from "@railhead/adapter-lambda";
import { createClient as createOurClient } from "@railhead/core/client";
import { UserService } from "@railhead/example-user-service";
import { afterAll, beforeAll, expect, test } from "vitest";
import { fetchOf, sdkClient } from "../support/invoke.ts";
import { describeWithRuntime, type StartedFunction, startFunction } from "../support/runtime.ts";

const TRANSPORTS = { "gRPC-Web": createGrpcWebTransport, Connect: createConnectTransport };

describeWithRuntime.each(["stream", "buffered"])("connect-es over direct invocation, %s", (mode) => {
  let lambda: StartedFunction;
  beforeAll(async () => {
    lambda = await startFunction("contract.ts", { env: { MODE: mode } });
  });
  afterAll(() => lambda.close());

  test.each(Object.entries(TRANSPORTS))("%s: a message, a stream, an error", async (_, createTransport) => {
    const transport = createTransport({ baseUrl: "https://lambda", fetch: fetchOf(lambda) });
    const client = createClient(UserService, transport);
    expect(await client.getUser({ userId: "123" })).toMatchObject({
      user: { name: "John Doe" },
      success: true,
    });
    const users = await Array.fromAsync(client.listUsers({ limit: 1 }));
    expect(users.map(({ name }) => name)).toEqual(["John Doe"]);
    await expect(client.getUser({ userId: "999" })).rejects.toThrow("[not_found] User 999 not found");
  });

  test("a GET of Connect", async () => {
    const transport = createConnectTransport({
      baseUrl: "https://lambda",
      fetch: fetchOf(lambda),
      useHttpGet: true,
    });
    const client = createClient(UserService, transport);
    expect((await client.getUser({ userId: "123" })).user?.email).toBe("john@example.com");
  });

  test("a version or alias may be named", async () => {
    const options = { functionName: lambda.functionName, qualifier: "$LATEST" };
    const fetch = createLambdaFetch(sdkClient(lambda), options);
    const client = createClient(UserService, createConnectTransport({ baseUrl: "https://lambda", fetch }));
    expect((await client.getUser({ userId: "123" })).success).toBe(true);
  });
});

describeWithRuntime.each(["stream", "buffered"])("our client over direct invocation, %s", (mode) => {
  let lambda: StartedFunction;
  beforeAll(async () => {
    lambda = await startFunction("contract.ts", { env: { MODE: mode } });
  });
  afterAll(() => lambda.close());

  test.each(["grpc-web", "grpc-web-text", "connect"] as const)(
    "%s: every kind, and an error",
    async (protocol) => {
      const compression = { send: "gzip", minBytes: 0 };
      const client = createOurClient(UserService, {
        baseUrl: "https://lambda",
        fetch: fetchOf(lambda),
        protocol,
        compression,
      });
      expect(await client.getUser({ userId: "123" })).toMatchObject({ user: { name: "John Doe" } });
      expect(await Array.fromAsync(client.listUsers({ limit: 1 }))).toMatchObject([{ name: "John Doe" }]);
      expect(await client.createUsers([{ name: "a" }, { name: "b" }])).toMatchObject({ created: 2 });
      expect(await Array.fromAsync(client.chat([{ text: "a" }]))).toMatchObject([
        { sender: "server", text: "a" },
      ]);
      await expect(client.getUser({ userId: "999" })).rejects.toMatchObject({
        codeName: "NOT_FOUND",
        message: "User 999 not found",
      });
    },
  );
});
