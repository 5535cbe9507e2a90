import { frame, pattern, toJson } from "@railhead/contract";
import { expect, test } from "vitest";
import { expectNoFaults } from "./support/faults.ts";
import { startFixture } from "./support/fixture-server.ts";
import { GrpcJs } from "./support/grpc-js.ts";
import { heldBytes } from "./support/heap.ts";

expectNoFaults();

const MIB = 1024 * 1024;
const BOUND_BYTES = 8 * MIB;

/**
 * The least by which work grew what is held, of several times. A leak grows it every time; what the runtime and the
 * client in this process compile, cache and free late does not.
 */
async function leastGrowth(work: () => Promise<void>): Promise<number> {
  let least = Number.POSITIVE_INFINITY;
  let before = heldBytes();
  for (let time = 0; time < 4 && least >= BOUND_BYTES; time++) {
    await work();
    const after = heldBytes();
    least = Math.min(least, after - before);
    before = after;
  }
  return least;
}

test("10,000 unary calls leave nothing behind", async () => {
  const { port } = await startFixture();
  const client = new GrpcJs(`127.0.0.1:${port}`);
  const call = async (bursts: number): Promise<void> => {
    for (let burst = 0; burst < bursts; burst++) {
      const results = await Promise.all(
        Array.from({ length: 200 }, () => client.unary("/contract.Raw/Echo", pattern(1000))),
      );
      expect(results.every(({ code }) => code === 0)).toBe(true);
    }
  };
  await call(10);
  expect(await leastGrowth(() => call(50))).toBeLessThan(BOUND_BYTES);
}, 120_000);

test("20 aborted streams leave nothing behind", async () => {
  const { grpc } = await startFixture();
  const abort = async (streams: number): Promise<void> => {
    for (let stream = 0; stream < streams; stream++) {
      const leave = new AbortController();
      const body = frame(toJson({ count: 1000, bytes: MIB }));
      const call = await grpc.open("/contract.Raw/Count", body, { signal: leave.signal });
      await call.next();
      leave.abort();
      await expect(call.finish()).rejects.toThrow();
    }
  };
  await abort(5);
  expect(await leastGrowth(() => abort(20))).toBeLessThan(BOUND_BYTES);
}, 120_000);
