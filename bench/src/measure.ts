import { check } from "./client.ts";
import { Contender } from "./contender.ts";
import { load } from "./load.ts";
import { type Contenders, WORKLOADS, type Workload, type WorkloadName } from "./workloads.ts";

export interface Plan {
  readonly rounds: number;
  readonly warmUpSeconds: number;
  readonly seconds: number;
}

/** What one contender did in one round. */
export interface Sample {
  readonly perSecond: number;
  /** For each second of processor time that the server used: what it would do with a core to itself. */
  readonly perCpuSecond: number;
}

/** The samples of each contender, round by round. */
export type Samples = Readonly<Record<string, readonly Sample[]>>;

/**
 * All contenders in turn, round by round, so that what else goes on in the machine hits them alike. Their servers
 * live through all rounds; those not being measured sit idle.
 */
export async function measure(name: WorkloadName, plan: Plan): Promise<Samples> {
  const workload: Workload = WORKLOADS[name];
  const started = await startAll(workload.contenders);
  try {
    const samples: Record<string, Sample[]> = {};
    for (const [contender, server] of started) {
      await check(workload, server.port);
      await load(name, server.port, plan.warmUpSeconds);
      samples[contender] = [];
    }
    for (let round = 0; round < plan.rounds; round++) {
      for (const [contender, server] of started) {
        samples[contender]?.push(await sample(name, server, plan.seconds));
      }
    }
    return samples;
  } finally {
    for (const server of started.values()) await server.stop();
  }
}

async function startAll(contenders: Contenders): Promise<Map<string, Contender>> {
  const started = new Map<string, Contender>();
  for (const [contender, server] of Object.entries(contenders)) {
    started.set(contender, await Contender.start(server));
  }
  return started;
}

async function sample(name: WorkloadName, server: Contender, seconds: number): Promise<Sample> {
  const before = await server.cpuSeconds();
  const perSecond = await load(name, server.port, seconds);
  const cpuSeconds = (await server.cpuSeconds()) - before;
  return { perSecond, perCpuSecond: (perSecond * seconds) / cpuSeconds };
}
