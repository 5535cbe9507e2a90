import type { Workload } from "../cases/workload.ts";
import { HAS_H2LOAD, h2load } from "./h2load.ts";
import { pingPong } from "./ping-pong.ts";

/** The program that makes the calls. */
export type LoadTool = "h2load" | "own client";

export function loadTool({ pingPong }: Workload): LoadTool {
  return pingPong ? "own client" : "h2load";
}

/** Messages a second over so many seconds. */
export function load(workload: Workload, port: number, seconds: number): Promise<number> {
  if (workload.pingPong) return pingPong(workload, port, seconds);
  if (!HAS_H2LOAD) throw new Error("h2load is not installed: it comes with nghttp2-client in Debian");
  return h2load(workload, port, seconds);
}
