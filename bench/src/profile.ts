import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { NODE_WORKLOADS } from "./cases/node-cases.ts";
import type { Workload } from "./cases/workload.ts";
import { check } from "./client/call.ts";
import { load } from "./load/index.ts";
import { startNode } from "./platforms/node.ts";
import { type CpuProfile, selfTimes } from "./report/self-times.ts";
import { isServerName } from "./servers/index.ts";

const FOLDER = fileURLToPath(new URL("../profiles", import.meta.url));
const TOP = 40;

/**
 * Runs a case on one contender under V8's profiler, and prints where the time went. The profile stays in a file that
 * Chrome's developer tools open.
 */
export async function profile(name = "unary", contender = "railhead", seconds = 5): Promise<void> {
  const workload: Workload | undefined = Object.entries(NODE_WORKLOADS).find(([each]) => each === name)?.[1];
  const server = workload?.contenders[contender];
  if (workload === undefined || !isServerName(server)) {
    throw new Error(`no ${contender} on Node does ${name}; cases: ${Object.keys(NODE_WORKLOADS).join(", ")}`);
  }
  mkdirSync(FOLDER, { recursive: true });
  const file = `${name}-${contender}.cpuprofile`;
  const flags = ["--cpu-prof", `--cpu-prof-dir=${FOLDER}`, `--cpu-prof-name=${file}`];
  const running = await startNode(server, { flags });
  await check(workload, running);
  await load(workload, running, seconds);
  await running.stop();
  const parsed: CpuProfile = JSON.parse(readFileSync(join(FOLDER, file), "utf8"));
  console.log(`bench/profiles/${file}\n\n  self  function`);
  for (const { place, share } of selfTimes(parsed).slice(0, TOP)) {
    console.log(`${(share * 100).toFixed(1).padStart(5)}%  ${place}`);
  }
}
