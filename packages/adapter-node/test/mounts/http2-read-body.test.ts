import http2 from "node:http2";
import { createRequestListener } from "@railhead/adapter-node";
import { ContractClient, createFixture, pattern } from "@railhead/contract";
import { GrpcStatusCode } from "@railhead/core";
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
