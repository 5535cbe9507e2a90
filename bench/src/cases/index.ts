import { throughput } from "../measures/throughput.ts";
import type { Case } from "./case.ts";
import { NODE_WORKLOADS } from "./node-cases.ts";
import { WORKER_WORKLOADS } from "./worker-cases.ts";
import type { Workload } from "./workload.ts";

export const WORKLOADS: Readonly<Record<string, Workload>> = { ...NODE_WORKLOADS, ...WORKER_WORKLOADS };

/** Everything there is to measure, by name. */
export const CASES: Readonly<Record<string, Case>> = Object.fromEntries(
  Object.entries(WORKLOADS).map(([name, workload]) => [name, throughput(workload)]),
);
