import { fileURLToPath } from "node:url";
import { createClient } from "@connectrpc/connect";
import { createConnectTransport, createGrpcWebTransport } from "@connectrpc/connect-web";
import { UserService } from "@railhead/example-user-service";
import { runtimeAvailability, startLambda } from "@railhead/lambda-local";
import { build } from "esbuild";
import { describe, expect, test } from "vitest";
import { startDynamo } from "./support/dynamo.ts";

const availability = runtimeAvailability();
if (!availability.isAvailable) {
  // Where everything must be there, nothing may be left out.
  if (process.env.CI) throw new Error(availability.reason);
  console.error(`Tests left out: ${availability.reason}`);
}

const TRANSPORTS = { Connect: createConnectTransport, "gRPC-Web": createGrpcWebTransport };
const root = fileURLToPath(new URL("..", import.meta.url));

describe.skipIf(!availability.isAvailable)("the example, bundled as it is deployed", () => {
  test.each(Object.entries(TRANSPORTS))("over DynamoDB, by %s", async (_, createTransport) => {
    const handler = `${root}/bundle/function.mjs`;
    await build({
      entryPoints: [`${root}/src/function.ts`],
      bundle: true,
      minify: true,
      platform: "node",
      target: "node24",
      format: "esm",
      mainFields: ["module", "main"],
      outfile: handler,
    });
    const dynamo = await startDynamo();
    await using lambda = await startLambda({
      handler,
      timeoutMs: 10_000,
      env: {
        USERS_TABLE: dynamo.table,
        AWS_ENDPOINT_URL_DYNAMODB: dynamo.endpoint,
        AWS_ACCESS_KEY_ID: "local",
        AWS_SECRET_ACCESS_KEY: "local",
      },
      log: () => {},
    });
    const client = createClient(UserService, createTransport({ baseUrl: lambda.url }));
    expect((await client.getUser({ userId: "123" })).user?.name).toBe("John Doe");
    expect(await client.createUser({ id: "ada", name: "Ada" })).toMatchObject({ success: true });
    const users = await Array.fromAsync(client.listUsers({}));
    expect(users.map(({ id }) => id)).toEqual(["123", "ada"]);
    await expect(client.getUser({ userId: "999" })).rejects.toThrow("User 999 not found");
    await dynamo.close();
  });
});
