import fc from "fast-check";
import { vi } from "vitest";

/** The same cases each run, and told, so that a failure can be had again. */
const SEED = 20_260_101;

export function useFixedSeed(runs: number): void {
  fc.configureGlobal({ seed: SEED, numRuns: runs });
  vi.setConfig({ testTimeout: 60_000 });
  console.log(`fast-check: seed ${SEED}, ${runs} runs`);
}

/** Bytes cut at arbitrary places. */
export function chunked(whole: Uint8Array, cuts: readonly number[]): Uint8Array[] {
  const places = [...new Set(cuts.map((cut) => cut % (whole.length + 1)))].sort((a, b) => a - b);
  return [0, ...places].map((from, at) => whole.slice(from, places[at] ?? whole.length));
}

export const cuts: fc.Arbitrary<number[]> = fc.array(fc.nat(), { maxLength: 12 });

/** Text of any code units: control characters, lone surrogates, everything. */
export const anyText: fc.Arbitrary<string> = fc
  .array(fc.oneof(fc.nat(0x7f), fc.nat(0xffff)), { maxLength: 20 })
  .map((units) => String.fromCharCode(...units));
