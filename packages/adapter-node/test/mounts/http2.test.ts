import { once } from "node:events";
import http2 from "node:http2";
import https from "node:https";
import { createRequestListener } from "@railhead/adapter-node";
import { ContractClient, createFixture, frame, pattern } from "@railhead/contract";
import { expect, onTestFinished, test } from "vitest";
import { AUTHORITY, SERVER } from "../support/certificates.ts";
import { expectNoFaults } from "../support/faults.ts";
import { GrpcJs } from "../support/grpc-js.ts";
import { H2Transport } from "../support/h2-transport.ts";
import { listen } from "../support/listen.ts";

expectNoFaults();

function track(server: http2.Http2Server | http2.Http2SecureServer): () => void {
  const sessions = new Set<http2.ServerHttp2Session>();
  server.on("session", (session) => sessions.add(session));
  return () => {
    for (const session of sessions) session.destroy();
  };
}

test("node:http2's compatibility API: gRPC and gRPC-Web beside routes of the host", async () => {
  const { service, options } = createFixture();
  const rpc = createRequestListener(service, options);
  const server = http2.createServer((request, response) => {
    rpc(request, response, () => {
      response.writeHead(200, { "content-type": "text/plain" });
      response.end(`host: ${request.url}`);
    });
  });
  const { url, port, close } = await listen(server, track(server));
  onTestFinished(close);
  const h2 = new H2Transport();
  onTestFinished(() => h2.close());

  const hosted = await h2.send(`${url}/hello`, { method: "GET", headers: [] });
  expect(await new Response(hosted.body).text()).toBe("host: /hello");
  for (const protocol of ["grpc", "grpc-web", "grpc-web-text"] as const) {
    const client = new ContractClient(url, h2.send, protocol);
    const answer = await client.call("/contract.Raw/Echo", pattern(100_000));
    expect(answer).toMatchObject({ code: 0, messages: [pattern(100_000)] });
  }
  const result = await new GrpcJs(`127.0.0.1:${port}`).unary("/contract.Raw/EchoMetadata", pattern(10));
  expect(result.code).toBe(0);
});

test("a secure server that allows HTTP/1.1 serves both", async () => {
  const { service, options } = createFixture();
  const server = http2.createSecureServer(
    { ...SERVER, allowHTTP1: true },
    createRequestListener(service, options),
  );
  const { port, close } = await listen(server, track(server));
  onTestFinished(close);
  const h2 = new H2Transport({ ca: AUTHORITY, servername: "localhost" });
  onTestFinished(() => h2.close());
  const client = new ContractClient(`https://127.0.0.1:${port}`, h2.send, "grpc");
  expect((await client.call("/contract.Raw/Echo", pattern(9))).code).toBe(0);
  const request = https.request({
    ca: AUTHORITY,
    agent: false,
    host: "localhost",
    family: 4,
    port,
    method: "POST",
    path: "/contract.Raw/Echo",
    headers: { "content-type": "application/grpc-web" },
  });
  request.end(frame(pattern(9)));
  const [response] = await once(request, "response");
  const parts: Buffer[] = [];
  for await (const part of response) parts.push(part);
  expect(response.httpVersion).toBe("1.1");
  expect(Buffer.concat(parts).includes("grpc-status:0")).toBe(true);
});
