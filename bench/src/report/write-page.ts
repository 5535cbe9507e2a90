import { readFileSync, writeFileSync } from "node:fs";
import { readResults } from "../results.ts";
import { drawChart } from "./chart.ts";
import { describeMachine } from "./machine.ts";
import { barsOf, withResults } from "./page.ts";

const PAGE = new URL("../../../docs/performance.md", import.meta.url);
const CHART = new URL("../../../docs/performance.svg", import.meta.url);

/** Writes the last results of all cases into docs/. */
export function writePage(): void {
  const results = readResults();
  writeFileSync(PAGE, withResults(readFileSync(PAGE, "utf8"), results, describeMachine()));
  writeFileSync(CHART, drawChart(barsOf(results)));
  console.log("docs/performance.md and docs/performance.svg are written");
}
