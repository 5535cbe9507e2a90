import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { createClient } from "@connectrpc/connect";
import { createConnectTransport, createGrpcWebTransport } from "@connectrpc/connect-web";
import { UserService } from "@railhead/example-user-service";
import { afterAll, beforeAll, expect, test } from "vitest";

let child: ChildProcess;
let url: string;

/** A port that was free a moment ago. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}

beforeAll(async () => {
  const port = await freePort();
  const entry = fileURLToPath(new URL("../dist/web-function.js", import.meta.url));
  child = spawn(process.execPath, [entry], {
    env: { ...process.env, PORT: String(port) },
    stdio: ["ignore", "pipe", "inherit"],
  });
  if (child.stdout !== null) await once(createInterface({ input: child.stdout }), "line");
  url = `http://127.0.0.1:${port}`;
});
afterAll(() => child.kill("SIGKILL"));

test("the adapter's question whether the server is ready is answered below 500", async () => {
  const response = await fetch(url);
  expect(response.status).toBe(404);
  await response.text();
});

test.each(Object.entries({ Connect: createConnectTransport, "gRPC-Web": createGrpcWebTransport }))(
  "%s works over plain HTTP/1.1",
  async (_, createTransport) => {
    const client = createClient(UserService, createTransport({ baseUrl: url }));
    expect((await client.getUser({ userId: "123" })).user?.name).toBe("John Doe");
    const users = await Array.fromAsync(client.listUsers({}));
    expect(users.map(({ id }) => id)).toEqual(["123"]);
  },
);

test("gRPC itself is refused, with a reason", async () => {
  const response = await fetch(`${url}/example.UserService/GetUser`, {
    method: "POST",
    headers: { "content-type": "application/grpc" },
    body: new Uint8Array(5),
  });
  expect(response.status).toBe(415);
  expect(await response.text()).toContain("gRPC needs HTTP trailers");
});

test("SIGTERM ends the process by itself", async () => {
  child.kill("SIGTERM");
  expect(await once(child, "exit")).toEqual([0, null]);
});
