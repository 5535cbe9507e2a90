import type { Case } from "../cases/case.ts";
import type { Workload } from "../cases/workload.ts";
import { check } from "../client/call.ts";
import { type Prepared, prepare } from "../platforms/contender.ts";
import { interleave, type Plan, type Sample, type Samples } from "./samples.ts";

/** Rounds for each one that was asked for: a start is short, and differs more from the next than rates do. */
const STARTS_PER_ROUND = 4;

/** A case of milliseconds from the start of a contender's process until its first answer is there, right to the byte. */
export function coldStart(title: string, workload: Workload): Case {
  return {
    title,
    unit: "ms",
    better: "less",
    load: "one call",
    contenders: Object.keys(workload.contenders),
    measure: (plan) => measure(workload, plan),
  };
}

async function measure(workload: Workload, plan: Plan): Promise<Samples> {
  const built = new Map<string, Prepared>();
  try {
    for (const [name, contender] of Object.entries(workload.contenders)) {
      const prepared = await prepare(contender);
      built.set(name, prepared);
      // The first start reads files from disk.
      await firstAnswer(workload, prepared);
    }
    return await interleave([...built.keys()], plan.rounds * STARTS_PER_ROUND, (name) =>
      firstAnswer(workload, built.get(name)),
    );
  } finally {
    for (const prepared of built.values()) prepared.remove();
  }
}

async function firstAnswer(workload: Workload, prepared: Prepared | undefined): Promise<Sample> {
  if (prepared === undefined) throw new Error("no such contender");
  const begin = performance.now();
  const contender = await prepared.start();
  try {
    await check(workload, contender);
    return { value: performance.now() - begin };
  } finally {
    await contender.stop();
  }
}
