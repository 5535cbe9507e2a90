import http from "node:http";
import { createRequestListener } from "@railhead/adapter-node";
import { ContractClient, createFixture, fetchTransport, pattern } from "@railhead/contract";
import express from "express";
import { expect, onTestFinished, test } from "vitest";
import { expectNoFaults } from "../support/faults.ts";
import { listen } from "../support/listen.ts";

expectNoFaults();

test("Express 5: the service beside routes of the host, before and after it", async () => {
  const { service, options } = createFixture();
  const app = express();
  app.use(express.json());
  app.get("/before", (_, response) => void response.send("before"));
  app.use(createRequestListener(service, options));
  app.use("/rpc", createRequestListener(service, options));
  app.post("/after", (request, response) => void response.json({ got: request.body }));
  const server = http.createServer(app);
  const { url, close } = await listen(server, () => server.closeAllConnections());
  onTestFinished(close);

  expect(await (await fetch(`${url}/before`)).text()).toBe("before");
  const after = await fetch(`${url}/after`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: '{"a":1}',
  });
  expect(await after.json()).toEqual({ got: { a: 1 } });
  expect((await fetch(`${url}/no/where`)).status).toBe(404);

  for (const prefix of ["", "/rpc"]) {
    const client = new ContractClient(url + prefix, fetchTransport, "grpc-web");
    const answer = await client.call("/contract.Raw/Echo", pattern(100_000));
    expect(answer).toMatchObject({ code: 0, messages: [pattern(100_000)] });
    expect((await client.call("/contract.Raw/Chat", [pattern(1), pattern(2)])).messages).toHaveLength(2);
  }
});

test("Express 5: behind a body parser that took the body, calls fail at once and say why", async () => {
  const { service, options } = createFixture();
  const app = express();
  app.use(express.json(), express.raw({ type: "application/grpc-web" }));
  app.use(createRequestListener(service, options));
  const server = http.createServer(app);
  const { url, close } = await listen(server, () => server.closeAllConnections());
  onTestFinished(close);

  const why = "the request body was read before the service got it: mount the service before any body parser";
  const client = new ContractClient(url, fetchTransport, "grpc-web");
  const began = performance.now();
  expect(await client.call("/contract.Raw/Echo", pattern(10))).toMatchObject({ code: 13, message: why });
  const connect = await fetch(`${url}/example.UserService/GetUser`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: '{"userId":"123"}',
  });
  expect([connect.status, await connect.json()]).toEqual([500, { code: "internal", message: why }]);
  // Nobody waits for a body that has come.
  expect(performance.now() - began).toBeLessThan(900);
});
