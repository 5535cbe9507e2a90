import { readFileSync } from "node:fs";

/** What Linux knows of a process: see proc(5). */

/** The unit of times there; 100 on every architecture that Node runs on. */
const TICKS_PER_SECOND = 100;

/** Processor time used so far, all threads together, to a hundredth of a second. */
export function cpuSeconds(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
  // The second field is the name in brackets, which may hold anything; the third is the first behind it.
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
}
