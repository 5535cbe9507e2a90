import grpc from "@grpc/grpc-js";
import { Probe, pattern, toJson } from "@railhead/contract";
import { expect, test, vi } from "vitest";
import { expectNoFaults } from "../support/faults.ts";
import { startFixture } from "../support/fixture-server.ts";
import { GrpcJs } from "../support/grpc-js.ts";

expectNoFaults();
// Hundreds of megabytes go through here, on machines that have other work as well.
vi.setConfig({ testTimeout: 90_000 });

const CALLS = 1000;

test(`${CALLS} calls at a time on one connection`, async () => {
  const { port } = await startFixture();
  const client = new GrpcJs(`127.0.0.1:${port}`);
  const results = await Promise.all(
    Array.from({ length: CALLS }, (_, index) => client.unary("/contract.Raw/Echo", pattern(index * 7))),
  );
  for (const [index, { code, messages }] of results.entries()) {
    expect(code).toBe(0);
    expect(messages[0]?.length).toBe(index * 7);
  }
});

test("200 responses of 1 MiB at a time on one connection", async () => {
  const { port } = await startFixture();
  const client = new GrpcJs(`127.0.0.1:${port}`);
  const bytes = 1024 * 1024;
  const results = await Promise.all(
    Array.from({ length: 200 }, () => client.unary("/contract.Raw/Produce", toJson({ bytes }))),
  );
  expect(results.map(({ code, messages }) => [code, messages[0]?.length])).toEqual(
    results.map(() => [0, bytes]),
  );
});

test("cancelled downloads do not wear a connection out", async () => {
  const fixture = await startFixture();
  const client = new GrpcJs(`127.0.0.1:${fixture.port}`);
  for (let round = 0; round < 100; round++) {
    const { call, result } = client.serverStream("/contract.Raw/Endless", toJson({ bytes: 1024 * 1024 }));
    call.once("data", () => call.cancel());
    expect((await result).code).toBe(grpc.status.CANCELLED);
  }
  expect((await client.unary("/contract.Raw/Echo", pattern(5))).code).toBe(0);
});

test("a server that goes away: calls in flight finish, later ones are UNAVAILABLE", async () => {
  const { server, web, port } = await startFixture();
  const client = new GrpcJs(`127.0.0.1:${port}`);
  const metadata = new grpc.Metadata();
  const probe = new Probe(web);
  for (const [name, value] of probe.headers) metadata.set(name, value);
  const inFlight = client.unary("/contract.Raw/Gated", pattern(5), { metadata });
  const stream = client.bidi("/contract.Raw/Chat");
  stream.call.write(Buffer.from(pattern(3)));
  await new Promise((resolve) => stream.call.once("data", resolve));
  await probe.until("start");
  await probe.open();
  const drained = server.drain({ graceMs: 60_000 });
  stream.call.write(Buffer.from(pattern(4)));
  stream.call.end();
  expect((await inFlight).code).toBe(0);
  expect(await stream.result).toMatchObject({ code: 0 });
  await drained;
  expect((await client.unary("/contract.Raw/Echo", pattern(5))).code).toBe(grpc.status.UNAVAILABLE);
});

test("a server that drains while calls pour in fails none that it took", async () => {
  const { server, port } = await startFixture();
  const client = new GrpcJs(`127.0.0.1:${port}`);
  await client.unary("/contract.Raw/Echo", pattern(1));
  const results = Array.from({ length: 300 }, () => client.unary("/contract.Raw/Echo", pattern(10_000)));
  await server.drain({ graceMs: 60_000 });
  for (const { code, messages } of await Promise.all(results)) {
    expect([grpc.status.OK, grpc.status.UNAVAILABLE]).toContain(code);
    if (code === 0) expect(messages[0]?.length).toBe(10_000);
  }
});

test("a server that closes cuts its calls: UNAVAILABLE or CANCELLED, never a success", async () => {
  const { server, web, port } = await startFixture();
  const client = new GrpcJs(`127.0.0.1:${port}`);
  const metadata = new grpc.Metadata();
  const probe = new Probe(web);
  for (const [name, value] of probe.headers) metadata.set(name, value);
  const { result } = client.serverStream("/contract.Raw/Hang", new Uint8Array(0), { metadata });
  await probe.until("start");
  await server.close();
  expect([grpc.status.UNAVAILABLE, grpc.status.CANCELLED, grpc.status.INTERNAL]).toContain(
    (await result).code,
  );
});
