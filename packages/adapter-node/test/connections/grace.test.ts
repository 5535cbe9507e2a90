import { performance } from "node:perf_hooks";
import { type NodeServer, serve } from "@railhead/adapter-node";
import { ContractClient, fetchTransport } from "@railhead/contract";
import { type GrpcResponse, GrpcService } from "@railhead/core";
import { expect, onTestFinished, test } from "vitest";
import { expectNoFaults } from "../support/faults.ts";
import { H2Transport } from "../support/h2-transport.ts";

expectNoFaults();

/** A server with a call of each protocol in flight, whose handlers never end, whatever their signals say. */
async function startStubborn(): Promise<{
  readonly server: NodeServer;
  /** How the clients saw their calls end. */
  readonly ends: Promise<string[]>;
  /** The reasons of the handlers' signals. */
  readonly reasons: Promise<unknown[]>;
}> {
  const started = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const aborted = [Promise.withResolvers<unknown>(), Promise.withResolvers<unknown>()];
  let calls = 0;
  const service = new GrpcService().registerHandler("test.Stubborn", {
    handleRequest(_, { signal }) {
      const at = calls++;
      signal.addEventListener("abort", () => aborted[at]?.resolve(signal.reason));
      started[at]?.resolve();
      return new Promise<GrpcResponse>(() => {});
    },
  });
  const server = await serve(service, { port: 0, host: "127.0.0.1" });
  const h2 = new H2Transport();
  onTestFinished(async () => {
    h2.close();
    await server.close();
  });
  const clients = [
    new ContractClient(server.url, h2.send, "grpc"),
    new ContractClient(server.url, fetchTransport, "grpc-web"),
  ];
  const ends = clients.map((client) =>
    client.call("/test.Stubborn/Wait", new Uint8Array(0)).then(
      () => "answered",
      () => "cut",
    ),
  );
  await Promise.all(started.map(({ promise }) => promise));
  return {
    server,
    ends: Promise.all(ends),
    reasons: Promise.all(aborted.map(({ promise }) => promise)),
  };
}

const UNAVAILABLE = { codeName: "UNAVAILABLE" };

test("handlers that ignore everything get the grace, and no more", async () => {
  const { server, ends, reasons } = await startStubborn();
  const begun = performance.now();
  await server.drain({ graceMs: 300 });
  const tookMs = performance.now() - begun;
  // Timers may fire a millisecond early by another clock.
  expect(tookMs).toBeGreaterThan(290);
  expect(tookMs).toBeLessThan(3_000);
  expect(await reasons).toMatchObject([UNAVAILABLE, UNAVAILABLE]);
  expect(await ends).toEqual(["cut", "cut"]);
});

test("close cuts a drain short", async () => {
  const { server, ends, reasons } = await startStubborn();
  const drained = server.drain({ graceMs: 60_000 });
  await server.close();
  await drained;
  expect(await reasons).toMatchObject([UNAVAILABLE, UNAVAILABLE]);
  expect(await ends).toEqual(["cut", "cut"]);
});

test("background work that never ends is given up at the end of the grace", async () => {
  const service = new GrpcService().registerHandler("test.Background", {
    handleRequest(_, context) {
      context.waitUntil(new Promise(() => {}));
      throw new DOMException("not here", "NotFoundError");
    },
  });
  const server = await serve(service, { port: 0, host: "127.0.0.1" });
  onTestFinished(() => server.close());
  const web = new ContractClient(server.url, fetchTransport, "grpc-web");
  expect((await web.call("/test.Background/Start", new Uint8Array(0))).code).toBe(5);
  await server.drain({ graceMs: 100 });
});

test("close during a drain does not wait for background work", async () => {
  const service = new GrpcService().registerHandler("test.Background", {
    handleRequest(_, context) {
      context.waitUntil(new Promise(() => {}));
      throw new DOMException("not here", "NotFoundError");
    },
  });
  const server = await serve(service, { port: 0, host: "127.0.0.1" });
  onTestFinished(() => server.close());
  const web = new ContractClient(server.url, fetchTransport, "grpc-web");
  await web.call("/test.Background/Start", new Uint8Array(0));
  const drained = server.drain({ graceMs: 60_000 });
  await server.close();
  await drained;
});
