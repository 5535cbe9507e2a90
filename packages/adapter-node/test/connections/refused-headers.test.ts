import { serve } from "@railhead/adapter-node";
import { ContractClient, fetchTransport } from "@railhead/contract";
import { GrpcService } from "@railhead/core";
import { describe, expect, onTestFinished, test } from "vitest";
import { expectNoFaults } from "../support/faults.ts";
import { H2Transport } from "../support/h2-transport.ts";

expectNoFaults();

/**
 * Node's HTTP/2 refuses some header blocks that are good metadata, such as two values of "age". Whatever the client
 * gets then, the handler must not be left waiting for a stream that never began.
 */
async function start() {
  const ended = Promise.withResolvers<void>();
  const service = new GrpcService().registerHandler(
    "test.Headers",
    {
      async *handleStream(_, context) {
        context.responseMetadata.append("age", "1");
        context.responseMetadata.append("age", "2");
        try {
          for (let sent = 0; sent < 1000; sent++) yield new Uint8Array(1000);
        } finally {
          ended.resolve();
        }
      },
    },
    { methods: { Stream: "server_streaming" } },
  );
  const server = await serve(service, { port: 0, host: "127.0.0.1", onError: () => {} });
  const h2 = new H2Transport();
  onTestFinished(async () => {
    h2.close();
    await server.close();
  });
  return { server, h2, ended: ended.promise };
}

describe("a response head that Node refuses", () => {
  test("ends the handler over HTTP/2, and holds no drain up", async () => {
    const { server, h2, ended } = await start();
    const client = new ContractClient(server.url, h2.send, "grpc");
    const over = client.call("/test.Headers/Stream", new Uint8Array(0)).catch(() => "broken off");
    await Promise.all([ended, over]);
    await server.drain({ graceMs: 60_000 });
  });

  test("is none over HTTP/1.1", async () => {
    const { server, ended } = await start();
    const client = new ContractClient(server.url, fetchTransport, "grpc-web");
    expect(await client.call("/test.Headers/Stream", new Uint8Array(0))).toMatchObject({ code: 0 });
    await ended;
  });
});
