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
 * @returns false when one missed it by more
 */
export async function runCases(names: readonly string[], plan: Plan, tolerance: number): Promise<boolean> {
  const cases = names.map((name) => [name, caseOf(name)] as const);
  console.log(`Node ${process.version}, ${CAN_PIN ? "pinned to cores" : "not pinned to cores"}\n`);
  let isKept = true;
  for (const [name, each] of cases) {
    const samples = await each.measure(plan);
    const lines = summarize(samples);
    // A part of the contenders makes no page.
    if (plan.contenders === undefined)
      keepResult(name, { title: each.title, unit: each.unit, load: each.load, plan, samples });
    console.log(formatTable(name, each, lines));
    for (const verdict of judge(lines, BUDGETS.cases[name] ?? {}, tolerance)) {
      console.log(`  ${describe(verdict)}`);
      if (!verdict.isMet && !verdict.isNear) isKept = false;
    }
    console.log("");
  }
  return isKept;
}

function caseOf(name: string): Case {
  const found = CASES[name];
  if (found === undefined)
    throw new Error(`no such case: ${name}; there are ${Object.keys(CASES).join(", ")}`);
  return found;
}
