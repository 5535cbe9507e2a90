import { frame, pattern, toJson } from "@railhead/contract";
import { expect, test } from "vitest";
import { expectNoFaults } from "./support/faults.ts";
import { startFixture } from "./support/fixture-server.ts";
import { GrpcJs } from "./support/grpc-js.ts";
import { heldBytes } from "./support/heap.ts";

expectNoFaults();

const MIB = 1024 * 1024;

test("10,000 unary calls leave nothing behind", async () => {
  const { port } = await startFixture();
  const client = new GrpcJs(`127.0.0.1:${port}`);
  const burst = async (calls: number): Promise<void> => {
    const results = await Promise.all(
      Array.from({ length: calls }, () => client.unary("/contract.Raw/Echo", pattern(1000))),
    );
    expect(results.every(({ code }) => code === 0)).toBe(true);
  };
  // What is compiled, cached and pooled on the way is no leak.
  for (let round = 0; round < 10; round++) await burst(200);
  const before = heldBytes();
  for (let round = 0; round < 50; round++) await burst(200);
  expect(heldBytes() - before).toBeLessThan(8 * MIB);
}, 60_000);

test("aborted streams leave nothing behind", async () => {
  const { grpc } = await startFixture();
  const abort = async (): Promise<void> => {
    const leave = new AbortController();
    const call = await grpc.open("/contract.Raw/Count", frame(toJson({ count: 1000, bytes: MIB })), {
      signal: leave.signal,
    });
    await call.next();
    leave.abort();
    await expect(call.finish()).rejects.toThrow();
  };
  for (let round = 0; round < 5; round++) await abort();
  const before = heldBytes();
  for (let round = 0; round < 20; round++) await abort();
  expect(heldBytes() - before).toBeLessThan(8 * MIB);
}, 60_000);
