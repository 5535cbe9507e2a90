import { createClient } from "@connectrpc/connect";
import { createConnectTransport, createGrpcWebTransport } from "@connectrpc/connect-web";
import { createLambdaFetch } from "@railhead/adapter-lambda";
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
