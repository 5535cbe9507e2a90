import http from "node:http";
import http2 from "node:http2";
import { createRequestListener } from "@railhead/adapter-node";
import { ContractClient, createFixture, fetchTransport, pattern } from "@railhead/contract";
import { GrpcStatusCode } from "@railhead/core";
import express from "express";
import { expect, onTestFinished, test } from "vitest";
import { expectNoFaults } from "../support/faults.ts";
import { H2Transport } from "../support/h2-transport.ts";
import { listen } from "../support/listen.ts";

expectNoFaults();

const REFUSED = {
  code: GrpcStatusCode.INTERNAL,
  message: expect.stringContaining("before any body parser"),
  messages: [],
};

test("a body parser of Express that came first: the client hears why, at once", async () => {
  const { service, options } = createFixture();
  const app = express();
  app.use(express.raw({ type: "*/*" }));
  app.use(createRequestListener(service, options));
  const server = http.createServer(app);
  const { url, close } = await listen(server, () => server.closeAllConnections());
  onTestFinished(close);
  const client = new ContractClient(url, fetchTransport, "grpc-web");
  // Not after the second that refusals wait for short requests: this one has come.
  const signal = AbortSignal.timeout(900);
  expect(await client.call("/contract.Raw/Echo", pattern(100), { signal })).toMatchObject(REFUSED);
  expect(await client.call("/contract.Raw/Chat", [pattern(1), pattern(2)])).toMatchObject(REFUSED);
});

test("a body that was read over HTTP/2: the client hears why", async () => {
  const { service, options } = createFixture();
  const rpc = createRequestListener(service, options);
  const server = http2.createServer((request, response) => {
    request.on("end", () => rpc(request, response)).resume();
  });
  const h2 = new H2Transport();
  const { url, close } = await listen(server, () => h2.close());
  onTestFinished(close);
  for (const protocol of ["grpc", "grpc-web"] as const) {
    const client = new ContractClient(url, h2.send, protocol);
    expect(await client.call("/contract.Raw/Echo", pattern(100))).toMatchObject(REFUSED);
    expect(await client.call("/contract.Raw/Chat", [pattern(1), pattern(2)])).toMatchObject(REFUSED);
  }
});
