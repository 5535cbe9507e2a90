import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createServer, request } from "node:http";
import type { AddressInfo } from "node:net";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { createClient } from "@connectrpc/connect";
import { createConnectTransport, createGrpcWebTransport } from "@connectrpc/connect-web";
import { UserService } from "@railhead/example-user-service";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

const entry = fileURLToPath(new URL("../dist/web-function.js", import.meta.url));

/** A port that was free a moment ago. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}

interface Started {
  readonly child: ChildProcess;
  /** What it says of itself. */
  readonly line: string;
}

async function startServer(env: NodeJS.ProcessEnv): Promise<Started> {
  const child = spawn(process.execPath, [entry], { env, stdio: ["ignore", "pipe", "inherit"] });
  const [line] = await once(createInterface({ input: child.stdout }), "line");
  return { child, line };
}

/** What each of them hands to the process, as its documentation says. */
const PLATFORMS = {
  "a Lambda Web Function": (port: number) => ({
    AWS_LAMBDA_HTTP_ENDPOINT: `127.0.0.1:${port}`,
    // Web functions are not told a port this way; somebody else may have set one.
    PORT: "1",
  }),
  "the Lambda Web Adapter": (port: number) => ({ PORT: String(port) }),
  "the Lambda Web Adapter, by a name of its own": (port: number) => ({
    AWS_LWA_PORT: String(port),
    PORT: "1",
  }),
};

describe.each(Object.entries(PLATFORMS))("as %s", (_, envOf) => {
  let child: ChildProcess;
  let url: string;

  beforeAll(async () => {
    const port = await freePort();
    url = `http://127.0.0.1:${port}`;
    const started = await startServer({ ...process.env, ...envOf(port) });
    child = started.child;
    expect(started.line).toBe(`listening on ${url}`);
  });
  afterAll(() => child.kill("SIGKILL"));

  test("the question whether the server is ready is answered below 500", async () => {
    const response = await fetch(url);
    expect(response.status).toBe(404);
    await response.text();
  });

  test.each(Object.entries({ Connect: createConnectTransport, "gRPC-Web": createGrpcWebTransport }))(
    "%s works over plain HTTP/1.1",
    async (_name, createTransport) => {
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

  test("SIGTERM ends the process by itself within the second that it has, calls under way or not", async () => {
    // An upload that never ends.
    const upload = request(`${url}/example.UserService/CreateUsers`, {
      method: "POST",
      headers: { "content-type": "application/connect+proto" },
    });
    upload.on("error", () => {});
    upload.write(new Uint8Array(5));
    await once(upload, "socket");
    // Behind this answer the upload has arrived as well.
    await (await fetch(url)).text();
    const begin = performance.now();
    child.kill("SIGTERM");
    expect(await once(child, "exit")).toEqual([0, null]);
    expect(performance.now() - begin).toBeLessThan(1000);
  });
});
