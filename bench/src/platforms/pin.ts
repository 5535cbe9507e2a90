import { spawnSync } from "node:child_process";

const TASKSET = "taskset";
const SERVER_CORE = 0;
const LOAD_CORE = 1;

/** False where there is no taskset: figures are less steady there. */
export const CAN_PIN: boolean = spawnSync(TASKSET, ["--version"]).status === 0;

/** A command line that runs on the server's core only, where the system can do that. */
export function pinnedServer(command: string, args: readonly string[]): [string, string[]] {
  return CAN_PIN ? [TASKSET, ["-c", String(SERVER_CORE), command, ...args]] : [command, [...args]];
}

/** Moves this process, and with it every load that it starts, to the other core. */
export function pinLoad(): void {
  if (CAN_PIN) spawnSync(TASKSET, ["-a", "-p", "-c", String(LOAD_CORE), String(process.pid)]);
}
