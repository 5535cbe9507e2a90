import type { Case } from "../cases/case.ts";
import type { Line } from "../summary.ts";

/** The lines of a case for a terminal. */
export function formatTable(name: string, { title, unit, load }: Case, lines: readonly Line[]): string {
  const hasClock = lines.some(({ perSecond }) => perSecond !== undefined);
  const heads = [
    hasClock ? `${unit} of CPU` : unit,
    "min",
    "max",
    hasClock ? "by the clock" : "",
    "Railhead is",
  ];
  const row = (first: string, cells: readonly string[]): string =>
    first.padEnd(14) + cells.map((cell) => cell.padStart(17)).join("");
  return [
    `${name}: ${title}; load by ${load}`,
    row("", heads),
    ...lines.map(({ contender, median, min, max, perSecond, ratio }) => {
      const clock = perSecond === undefined ? "" : figure(perSecond);
      return row(contender, [figure(median), figure(min), figure(max), clock, `${ratio.toFixed(2)} x`]);
    }),
  ].join("\n");
}

/** Whole numbers, and small ones with the digits that count. */
export function figure(value: number): string {
  const digits = value < 10 ? 2 : value < 100 ? 1 : 0;
  return value.toLocaleString("en", { minimumFractionDigits: digits, maximumFractionDigits: digits });
}
