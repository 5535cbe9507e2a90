import { type NodeServer, type ServeOptions, serve } from "@railhead/adapter-node";
import { ContractClient, createFixture, fetchTransport, pattern } from "@railhead/contract";
import { expect, onTestFinished } from "vitest";
import { H2Transport } from "./h2-transport.ts";

/** The contract's fixture on a port of its own, with a client for each way in. Closed when the test is over. */
export interface FixtureServer {
  readonly server: NodeServer;
  readonly port: number;
  /** gRPC-Web over HTTP/1.1. */
  readonly web: ContractClient;
  /** gRPC over h2c. */
  readonly grpc: ContractClient;
}

export async function startFixture(options: ServeOptions = {}): Promise<FixtureServer> {
  const fixture = createFixture();
  const server = await serve(fixture.service, {
    ...fixture.options,
    host: "127.0.0.1",
    port: 0,
    ...options,
  });
  const h2 = new H2Transport();
  onTestFinished(async () => {
    h2.close();
    await server.close();
  });
  return {
    server,
    port: server.port,
    web: new ContractClient(server.url, fetchTransport, "grpc-web"),
    grpc: new ContractClient(server.url, h2.send, "grpc"),
  };
}

/** A good call, each way in, is answered well. */
export async function expectHealthy({ web, grpc }: FixtureServer): Promise<void> {
  for (const client of [web, grpc]) {
    const answer = await client.call("/contract.Raw/Echo", pattern(50));
    expect(answer).toMatchObject({ code: 0, messages: [pattern(50)] });
  }
}
