import budgets from "../budgets.json" with { type: "json" };
import type { Line } from "./summary.ts";
import type { WorkloadName } from "./workloads.ts";

/** The least ratio of Railhead's throughput to each contender's; contenders that are not listed have none. */
const BUDGETS: Partial<Record<WorkloadName, Readonly<Record<string, number>>>> = budgets;

/** One sentence for each budget that is missed. */
export function missedBudgets(name: WorkloadName, lines: readonly Line[]): string[] {
  return Object.entries(BUDGETS[name] ?? {}).flatMap(([contender, least]) => {
    const ratio = lines.find((line) => line.contender === contender)?.railheadRatio ?? Number.NaN;
    return ratio >= least ? [] : [`${name}: Railhead is ${ratio.toFixed(2)} x ${contender}, budget ${least}`];
  });
}
