import { once } from "node:events";
import http from "node:http";
import https from "node:https";
import { createRequestListener, type RequestListener } from "@railhead/adapter-node";
import { ContractClient, createFixture, fetchTransport, frame, pattern } from "@railhead/contract";
import { expect, onTestFinished, test } from "vitest";
import { AUTHORITY, SERVER } from "../support/certificates.ts";
import { expectNoFaults } from "../support/faults.ts";
import { listen } from "../support/listen.ts";

expectNoFaults();

function mounted(): RequestListener {
  const { service, options } = createFixture();
  return createRequestListener(service, options);
}

test("node:http: gRPC-Web beside routes of the host, which get what is none of the service's", async () => {
  const rpc = mounted();
  const server = http.createServer((request, response) => {
    rpc(request, response, () => response.end(`host: ${request.url}`));
  });
  const { url, close } = await listen(server, () => server.closeAllConnections());
  onTestFinished(close);

  expect(await (await fetch(`${url}/hello?a=1`)).text()).toBe("host: /hello?a=1");
  for (const protocol of ["grpc-web", "grpc-web-text"] as const) {
    const client = new ContractClient(url, fetchTransport, protocol);
    const answer = await client.call("/contract.Raw/Echo", pattern(100_000));
    expect(answer).toMatchObject({ code: 0, messages: [pattern(100_000)] });
    // The service is known, so its missing methods are its own to refuse.
    expect((await client.call("/example.UserService/Missing", pattern(1))).code).toBe(12);
  }
});

test("node:http: without a host behind it, the listener answers everything", async () => {
  const server = http.createServer(mounted());
  const { url, close } = await listen(server, () => server.closeAllConnections());
  onTestFinished(close);
  expect((await fetch(`${url}/hello`)).status).toBe(404);
  const client = new ContractClient(url, fetchTransport, "grpc-web");
  expect((await client.call("/no.Service/Method", pattern(1))).code).toBe(12);
});

test("node:https: gRPC-Web over TLS", async () => {
  const server = https.createServer({ ...SERVER }, mounted());
  const { port, close } = await listen(server, () => server.closeAllConnections());
  onTestFinished(close);
  const request = https.request({
    ca: AUTHORITY,
    agent: false,
    host: "127.0.0.1",
    servername: "localhost",
    port,
    method: "POST",
    path: "/contract.Raw/Echo",
    headers: { "content-type": "application/grpc-web" },
  });
  request.end(frame(pattern(9)));
  const [response] = await once(request, "response");
  const parts: Buffer[] = [];
  for await (const part of response) parts.push(part);
  const body = Buffer.concat(parts);
  expect(body.subarray(0, 14)).toEqual(Buffer.from(frame(pattern(9))));
  expect(body.includes("grpc-status:0")).toBe(true);
});
