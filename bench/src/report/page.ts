import { BUDGETS, judge } from "../budgets.ts";
import { CASES } from "../cases/index.ts";
import type { Sample } from "../measures/samples.ts";
import type { DatedResult, Results } from "../results.ts";
import { type Line, median, summarize } from "../summary.ts";
import { type BarGroup, isCharted } from "./chart.ts";
import { figure } from "./table.ts";

/** The part of docs/performance.md that comes from results. */

const BEGIN = "<!-- begin: written by `npm run bench -- page` -->";
const END = "<!-- end -->";
const COLUMNS = ["floor", "railhead", "grpc-js", "connect-es"];

interface Row {
  readonly name: string;
  readonly result: DatedResult;
  readonly lines: readonly Line[];
}

/** The page with its results replaced. @throws Error when it has no place for them */
export function withResults(page: string, results: Results, machine: string): string {
  const begin = page.indexOf(BEGIN);
  const end = page.indexOf(END);
  if (begin < 0 || end < begin) throw new Error(`the page lacks "${BEGIN}" and "${END}"`);
  return `${page.slice(0, begin)}${BEGIN}\n\n${section(results, machine)}\n\n${page.slice(end)}`;
}

/** The bars of every rate that has a floor: the median of the rounds' ratios to it. */
export function barsOf(results: Results): BarGroup[] {
  return rowsOf(results)
    .filter(({ result }) => result.unit.endsWith("/s"))
    .map(({ result: { title, samples } }) => ({
      title,
      bars: Object.entries(samples)
        .filter(([contender]) => isCharted(contender))
        .map(([contender, rounds]) => ({
          contender,
          ofFloor: median(ratiosOf(rounds, samples.floor ?? [])),
        })),
    }));
}

function ratiosOf(rounds: readonly Sample[], floor: readonly Sample[]): number[] {
  return rounds.map(({ value }, round) => value / (floor[round]?.value ?? Number.NaN));
}

function section(results: Results, machine: string): string {
  const rows = rowsOf(results);
  const isRate = ({ result }: Row): boolean => result.unit.endsWith("/s");
  return [
    `${machine}. ${circumstances(rows)}`,
    "![Throughput of Railhead, grpc-js and connect-es, the floor being 100 %](performance.svg)",
    "Calls or messages for each second of the server's processor time; on Lambda by the clock. More is better.",
    table(rows.filter(isRate)),
    "Time and memory. Less is better.",
    table(rows.filter((row) => !isRate(row))),
    "### Budgets",
    verdicts(rows),
  ].join("\n\n");
}

/** In the order of the cases. */
function rowsOf(results: Results): Row[] {
  return Object.keys(CASES).flatMap((name) => {
    const result = results[name];
    return result === undefined ? [] : [{ name, result, lines: summarize(result.samples) }];
  });
}

function circumstances(rows: readonly Row[]): string {
  const dates = [...new Set(rows.map(({ result }) => result.endedAt.slice(0, 10)))].toSorted().join(" and ");
  const loads = rows.map(({ result }) => result.loadAverage);
  const [least, most] = [Math.min(...loads), Math.max(...loads)].map((load) => load.toFixed(1));
  const plans = [
    ...new Set(rows.map(({ result }) => `${result.plan.rounds} rounds of ${result.plan.seconds} s`)),
  ];
  return `Measured on ${dates}, ${plans.join(", ")}, with a load average of ${least} to ${most}: of that, the benchmark itself makes up to 2.`;
}

function table(rows: readonly Row[]): string {
  const heads = ["", "floor", "Railhead", "grpc-js", "connect-es", "Railhead is"];
  return [
    tableRow(heads),
    "| --- | ---: | ---: | ---: | ---: | --- |",
    ...rows.map(({ name, result, lines }) =>
      tableRow([
        `${result.title} (\`${name}\`), ${result.unit}`,
        ...COLUMNS.map((column) => cell(lines.find(({ contender }) => contender === column))),
        ratios(lines),
      ]),
    ),
  ].join("\n");
}

/** The median, and how far the rounds lie from it. */
function cell(line: Line | undefined): string {
  if (line === undefined) return "-";
  const spread = Math.max(line.max - line.median, line.median - line.min) / line.median;
  return `${figure(line.median)} ±${Math.round(spread * 100)} %`;
}

function ratios(lines: readonly Line[]): string {
  return lines
    .filter(({ contender }) => contender !== "railhead")
    .map(({ contender, ratio }) => `${ratio.toFixed(2)} x ${contender}`)
    .join(", ");
}

function verdicts(rows: readonly Row[]): string {
  const all = rows.flatMap(({ name, lines }) =>
    judge(lines, BUDGETS.cases[name] ?? {}, BUDGETS.tolerance).map((verdict) => ({ name, ...verdict })),
  );
  const missed = all.filter(({ isMet }) => !isMet).length;
  return [
    `${all.length - missed} of ${all.length} are met.\n`,
    tableRow(["case", "figure", "budget", "met"]),
    "| --- | --- | --- | --- |",
    ...all.map(({ name, figure, bound, isMet, isNear }) =>
      tableRow([
        `\`${name}\``,
        figure,
        bound,
        isMet ? "yes" : isNear ? "no, within the tolerance" : "**no**",
      ]),
    ),
  ].join("\n");
}

function tableRow(cells: readonly string[]): string {
  return `| ${cells.join(" | ")} |`;
}
