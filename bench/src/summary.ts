import type { Samples } from "./measure.ts";

/** One contender's rounds in a few numbers: messages per second of the server's processor time, where nothing else is said. */
export interface Line {
  readonly contender: string;
  /** By the clock. */
  readonly perSecond: number;
  readonly median: number;
  readonly min: number;
  readonly max: number;
  /** Railhead's throughput divided by this contender's: the median of the rounds' ratios. */
  readonly railheadRatio: number;
}

export function summarize(samples: Samples): Line[] {
  const railhead = samples.railhead ?? [];
  return Object.entries(samples).map(([contender, rounds]) => {
    const rates = rounds.map(({ perCpuSecond }) => perCpuSecond);
    return {
      contender,
      perSecond: median(rounds.map(({ perSecond }) => perSecond)),
      median: median(rates),
      min: Math.min(...rates),
      max: Math.max(...rates),
      // Round against round: what slowed one round down slowed both of its sides.
      railheadRatio: median(
        railhead.map(({ perCpuSecond }, round) => perCpuSecond / (rates[round] ?? Number.NaN)),
      ),
    };
  });
}

export function formatTable(title: string, lines: readonly Line[]): string {
  const row = (...cells: string[]): string =>
    cells.map((cell, at) => (at === 0 ? cell.padEnd(12) : cell.padStart(13))).join("");
  const count = (value: number): string => Math.round(value).toLocaleString("en");
  return [
    title,
    row("", "by the clock", "per CPU s", "min", "max", "Railhead is"),
    ...lines.map(({ contender, perSecond, median, min, max, railheadRatio }) =>
      row(contender, ...[perSecond, median, min, max].map(count), `${railheadRatio.toFixed(2)} x`),
    ),
    "",
  ].join("\n");
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = (sorted.length - 1) / 2;
  return ((sorted[Math.floor(middle)] ?? Number.NaN) + (sorted[Math.ceil(middle)] ?? Number.NaN)) / 2;
}
