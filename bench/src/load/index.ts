import type { Workload } from "../cases/workload.ts";
import { loopCalls } from "./calls.ts";
import { HAS_H2LOAD, h2load } from "./h2load.ts";
import { pingPong } from "./ping-pong.ts";

/** The program that makes the calls. */
export type LoadTool = "h2load" | "own client";

export function loadTool({ pingPong }: Workload): LoadTool {
  return pingPong || !HAS_H2LOAD ? "own client" : "h2load";
}

/**
 * Messages a second over so many seconds.
 *
 * @param onStart called when the calls begin
 */
export function load(
  workload: Workload,
  port: number,
  seconds: number,
  onStart: () => void = () => {},
): Promise<number> {
  if (workload.pingPong) return pingPong(workload, port, seconds, onStart);
  if (!HAS_H2LOAD) return loopCalls(workload, port, seconds, onStart);
  onStart();
  return h2load(workload, port, seconds);
}
