import { BUDGETS, describe, judge } from "./budgets.ts";
import type { Case } from "./cases/case.ts";
import { CASES } from "./cases/index.ts";
import type { Plan } from "./measures/samples.ts";
import { CAN_PIN } from "./platforms/pin.ts";
import { formatTable } from "./report/table.ts";
import { keepResult } from "./results.ts";
import { summarize } from "./summary.ts";

/** A minute's worth: enough to see that something has become much slower. */
export const SHORT = {
  cases: ["unary", "server-streaming", "worker-web"],
  plan: { rounds: 5, warmUpSeconds: 1, seconds: 0.5, contenders: ["floor", "railhead", "grpc-js"] },
} as const;

/**
 * Measures cases one after another and prints them.
 *
 * @param tolerance the part by which a figure may miss its budget
 * @returns false when one missed it by more, or could not be measured
 */
export async function runCases(names: readonly string[], plan: Plan, tolerance: number): Promise<boolean> {
  const cases = names.map((name) => [name, caseOf(name)] as const);
  console.log(`Node ${process.version}, ${CAN_PIN ? "pinned to cores" : "not pinned to cores"}\n`);
  let isKept = true;
  for (const [name, each] of cases) {
    try {
      if (!(await runCase(name, each, plan, tolerance))) isKept = false;
    } catch (error) {
      // The others may take half an hour yet.
      console.error(`${name} could not be measured:`, error, "\n");
      isKept = false;
    }
  }
  return isKept;
}

async function runCase(name: string, each: Case, plan: Plan, tolerance: number): Promise<boolean> {
  const { title, unit, load } = each;
  const samples = await each.measure(plan);
  // A part of the contenders makes no page.
  if (plan.contenders === undefined) keepResult(name, { title, unit, load, plan, samples });
  const lines = summarize(samples);
  console.log(formatTable(name, each, lines));
  const verdicts = judge(lines, BUDGETS.cases[name] ?? {}, tolerance);
  for (const verdict of verdicts) console.log(`  ${describe(verdict)}`);
  console.log("");
  return verdicts.every(({ isMet, isNear }) => isMet || isNear);
}

function caseOf(name: string): Case {
  const found = CASES[name];
  if (found === undefined)
    throw new Error(`no such case: ${name}; there are ${Object.keys(CASES).join(", ")}`);
  return found;
}
