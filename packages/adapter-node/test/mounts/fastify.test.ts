import { createRequestListener } from "@railhead/adapter-node";
import { ContractClient, createFixture, fetchTransport, pattern } from "@railhead/contract";
import Fastify from "fastify";
import { expect, onTestFinished, test } from "vitest";
import { expectNoFaults } from "../support/faults.ts";

expectNoFaults();

test("Fastify 5: the service beside routes of the host", async () => {
  const { service, options } = createFixture();
  const rpc = createRequestListener(service, options);
  const app = Fastify({ forceCloseConnections: true });
  onTestFinished(() => app.close());
  app.get("/hello", async () => ({ hello: "world" }));
  app.post("/json", async (request) => ({ got: request.body }));
  await app.register(async (scope) => {
    // The body is left to the service.
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser("*", (_request, _payload, done) => done(null));
    scope.all("/contract.Raw/:method", (request, reply) => {
      reply.hijack();
      rpc(request.raw, reply.raw);
    });
  });
  const url = await app.listen({ port: 0, host: "127.0.0.1" });

  expect(await (await fetch(`${url}/hello`)).json()).toEqual({ hello: "world" });
  const json = await fetch(`${url}/json`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: '{"a":1}',
  });
  expect(await json.json()).toEqual({ got: { a: 1 } });

  const client = new ContractClient(url, fetchTransport, "grpc-web");
  const answer = await client.call("/contract.Raw/Echo", pattern(100_000));
  expect(answer).toMatchObject({ code: 0, messages: [pattern(100_000)] });
  expect((await client.call("/contract.Raw/Chat", [pattern(1), pattern(2)])).messages).toHaveLength(2);
  const connect = await fetch(`${url}/contract.Raw/Echo`, {
    method: "POST",
    headers: { "content-type": "application/proto" },
    body: new Uint8Array(3),
  });
  expect(await connect.bytes()).toEqual(new Uint8Array(3));
});
