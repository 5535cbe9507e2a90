import type { Case } from "../cases/case.ts";
import type { Workload } from "../cases/workload.ts";
import { check } from "../client/call.ts";
import { messagesOfCall } from "../exchanges.ts";
import { load, loadTool } from "../load/index.ts";
import { type Contender, type Prepared, prepare } from "../platforms/contender.ts";
import { cpuSeconds } from "../platforms/process-stats.ts";
import { contendersOf, interleave, type Plan, type Sample, type Samples } from "./samples.ts";

/**
 * A case of full load. What is compared is the work done for each second of processor time that the server used: what
 * it would do with a core to itself.
 */
export function throughput(workload: Workload): Case {
  return {
    title: workload.title,
    unit: messagesOfCall(workload.exchange) === 1 ? "calls/s" : "messages/s",
    better: "more",
    load: loadTool(workload),
    contenders: Object.keys(workload.contenders),
    measure: (plan) => measure(workload, plan),
  };
}

async function measure(workload: Workload, plan: Plan): Promise<Samples> {
  const built: Prepared[] = [];
  const servers = new Map<string, Contender>();
  try {
    for (const [name, contender] of contendersOf(workload, plan)) {
      const prepared = await prepare(contender);
      built.push(prepared);
      const server = await prepared.start();
      servers.set(name, server);
      await ready(workload, name, server, plan);
    }
    return await interleave([...servers.keys()], plan.rounds, (name) =>
      sample(workload, servers.get(name), plan.seconds),
    );
  } finally {
    for (const server of servers.values()) await server.stop();
    for (const each of built) each.remove();
  }
}

async function ready(workload: Workload, name: string, server: Contender, plan: Plan): Promise<void> {
  try {
    await check(workload, server);
    await load(workload, server, plan.warmUpSeconds);
  } catch (cause) {
    throw new Error(`${workload.title}: ${name} does not do it`, { cause });
  }
}

/** How often a server may fail to end a single call in the time of a sample, on a machine that others keep busy. */
const MAX_STARVED = 5;

async function sample(workload: Workload, server: Contender | undefined, seconds: number): Promise<Sample> {
  if (server === undefined) throw new Error("no such server");
  for (let starved = 0; starved < MAX_STARVED; starved++) {
    let before = 0;
    const perSecond = await load(workload, server, seconds, () => {
      before = cpuSeconds(server.pid);
    });
    if (perSecond === 0) continue;
    const perCpuSecond = (perSecond * seconds) / (cpuSeconds(server.pid) - before);
    // One call after another leaves both sides waiting: what counts is how long a call takes.
    return workload.transport === "lambda" ? { value: perSecond } : { value: perCpuSecond, perSecond };
  }
  throw new Error(`no call was done in ${seconds} s, ${MAX_STARVED} times in a row`);
}
