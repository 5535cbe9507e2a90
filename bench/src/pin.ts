import { spawnSync } from "node:child_process";

const TASKSET = "taskset";

/** False where there is no taskset, as on macOS: figures are less steady there. */
export const CAN_PIN: boolean = spawnSync(TASKSET, ["--version"]).status === 0;

/** A command that runs on one core only, where the system can do that. */
export function pinned(core: number, command: string, args: readonly string[]): [string, string[]] {
  return CAN_PIN ? [TASKSET, ["-c", String(core), command, ...args]] : [command, [...args]];
}
