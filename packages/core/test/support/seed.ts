import fc from "fast-check";

/** The same cases each run, and told, so that a failure can be had again. */
const SEED = 20_260_101;

export function useFixedSeed(runs: number): void {
  fc.configureGlobal({ seed: SEED, numRuns: runs });
  console.log(`fast-check: seed ${SEED}, ${runs} runs`);
}

/** Bytes cut at arbitrary places. */
export function chunked(whole: Uint8Array, cuts: readonly number[]): Uint8Array[] {
  const places = [...new Set(cuts.map((cut) => cut % (whole.length + 1)))].sort((a, b) => a - b);
  return [0, ...places].map((from, at) => whole.slice(from, places[at] ?? whole.length));
}

export const cuts: fc.Arbitrary<number[]> = fc.array(fc.nat(), { maxLength: 12 });
