import type { Workload } from "../cases/workload.ts";
import type { ContenderName } from "../platforms/contender.ts";

/** How often and how long something is measured. */
export interface Plan {
  readonly rounds: number;
  readonly warmUpSeconds: number;
  readonly seconds: number;
  /** The contenders that take part. Default: all. */
  readonly contenders?: readonly string[];
}

/** Those of a workload's contenders that the plan has take part. */
export function contendersOf(
  { contenders }: Workload,
  plan: Plan,
): [name: string, contender: ContenderName][] {
  return Object.entries(contenders).filter(([name]) => plan.contenders?.includes(name) !== false);
}

/** What one contender did in one round. */
export interface Sample {
  /** In the unit of the case; what is compared. */
  readonly value: number;
  /** Of rates that are counted by processor time: the rate by the clock. */
  readonly perSecond?: number;
}

/** The samples of each contender, round by round. */
export type Samples = Readonly<Record<string, readonly Sample[]>>;

/**
 * All contenders in turn, round by round, so that what else goes on in the machine hits them alike.
 *
 * @param sample measures the contender of the name once
 */
export async function interleave(
  names: readonly string[],
  rounds: number,
  sample: (name: string) => Promise<Sample>,
): Promise<Samples> {
  const samples: Record<string, Sample[]> = Object.fromEntries(names.map((name) => [name, []]));
  for (let round = 0; round < rounds; round++) {
    for (const name of names) samples[name]?.push(await sample(name));
  }
  return samples;
}
