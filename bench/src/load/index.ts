import type { Workload } from "../cases/workload.ts";
import { HAS_H2LOAD, h2load } from "./h2load.ts";
import { pingPong } from "./ping-pong.ts";

/** The program that makes the calls. */
export type LoadTool = "h2load" | "own client";

export function loadTool({ pingPong }: Workload): LoadTool {
  return pingPong ? "own client" : "h2load";
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
  if (!HAS_H2LOAD) throw new Error("h2load is not installed: it comes with nghttp2-client in Debian");
  onStart();
  return h2load(workload, port, seconds);
}
