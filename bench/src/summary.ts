import type { Samples } from "./measures/samples.ts";

/** One contender's rounds in a few numbers, in the unit of the case. */
export interface Line {
  readonly contender: string;
  readonly median: number;
  readonly min: number;
  readonly max: number;
  /** Median of the rates by the clock, where the others are by processor time. */
  readonly perSecond: number | undefined;
  /** Railhead's figure divided by this contender's: the median of the rounds' ratios. */
  readonly ratio: number;
  /** Railhead's figure less this contender's: the median of the rounds' differences. */
  readonly difference: number;
}

export const RAILHEAD = "railhead";

export function summarize(samples: Samples): Line[] {
  const own = valuesOf(samples, RAILHEAD);
  return Object.entries(samples).map(([contender, rounds]) => {
    const values = valuesOf(samples, contender);
    const clock = rounds.flatMap(({ perSecond }) => perSecond ?? []);
    // Round against round: what slowed one round down slowed both of its sides.
    const pairs = own.map((value, round) => [value, values[round] ?? Number.NaN] as const);
    return {
      contender,
      median: median(values),
      min: Math.min(...values),
      max: Math.max(...values),
      perSecond: clock.length === 0 ? undefined : median(clock),
      ratio: median(pairs.map(([mine, theirs]) => mine / theirs)),
      difference: median(pairs.map(([mine, theirs]) => mine - theirs)),
    };
  });
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = (sorted.length - 1) / 2;
  return ((sorted[Math.floor(middle)] ?? Number.NaN) + (sorted[Math.ceil(middle)] ?? Number.NaN)) / 2;
}

function valuesOf(samples: Samples, contender: string): number[] {
  return (samples[contender] ?? []).map(({ value }) => value);
}
