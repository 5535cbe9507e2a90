import { createClient } from "@connectrpc/connect";
import { createConnectTransport } from "@connectrpc/connect-web";
import { createClient as createOurClient } from "@railhead/core/client";
import { UserService } from "@railhead/example-user-service";
import { afterAll, beforeAll, expect, test } from "vitest";
import { describeWithRuntime, type StartedFunction, startFunction } from "./support/runtime.ts";

/** Long enough to be worth compressing. */
const NAME = "n".repeat(5000);

describeWithRuntime("a REST API that is not set up for binary types passes what is text", () => {
  let lambda: StartedFunction;
  let baseUrl: string;
  beforeAll(async () => {
    lambda = await startFunction("contract.ts", { env: { MODE: "buffered" } });
    baseUrl = lambda.urls.restApi;
  });
  afterAll(() => lambda.close());

  test.each([false, true])("JSON by Connect, by GET where that is possible: %s", async (useHttpGet) => {
    const transport = createConnectTransport({ baseUrl, useBinaryFormat: false, useHttpGet });
    const client = createClient(UserService, transport);
    const id = `json-${useHttpGet}`;
    expect(await client.createUser({ id, name: NAME })).toMatchObject({ user: { name: NAME } });
    expect(await client.getUser({ userId: id })).toMatchObject({ user: { name: NAME } });
  });

  test("gRPC-Web-text", async () => {
    const client = createOurClient(UserService, { baseUrl, protocol: "grpc-web-text" });
    expect(await client.createUser({ id: "text", name: NAME })).toMatchObject({ user: { name: NAME } });
    expect(await Array.fromAsync(client.listUsers({ limit: 1 }))).toMatchObject([{ name: "John Doe" }]);
  });
});

describeWithRuntime("one that is", () => {
  test("gets it compressed", async () => {
    await using lambda = await startFunction("contract.ts", {
      env: { MODE: "buffered" },
      binaryMediaTypes: ["*/*"],
    });
    const response = await fetch(`${lambda.urls.restApi}/example.UserService/CreateUser`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ name: NAME }),
    });
    expect(response.headers.get("content-encoding")).toBe("gzip");
    expect(await response.json()).toMatchObject({ user: { name: NAME } });
  });
});
