import type { Workload } from "../cases/workload.ts";
import { callLambda } from "../client/call.ts";
import type { Contender } from "../platforms/contender.ts";
import { loopCalls } from "./calls.ts";
import { HAS_H2LOAD, h2load } from "./h2load.ts";
import { pingPong } from "./ping-pong.ts";

/** The program that makes the calls. */
export type LoadTool = "h2load" | "own client" | "own runtime API";

export function loadTool({ pingPong, transport }: Workload): LoadTool {
  if (transport === "lambda") return "own runtime API";
  return pingPong || !HAS_H2LOAD ? "own client" : "h2load";
}

/**
 * Messages a second over so many seconds.
 *
 * @param onStart called when the calls begin
 */
export function load(
  workload: Workload,
  { port, invoke }: Contender,
  seconds: number,
  onStart: () => void = () => {},
): Promise<number> {
  if (invoke !== undefined) return invocations(workload, invoke, seconds, onStart);
  if (workload.pingPong) return pingPong(workload, port, seconds, onStart);
  if (!HAS_H2LOAD) return loopCalls(workload, port, seconds, onStart);
  onStart();
  return h2load(workload, port, seconds);
}

/** One invocation after another. */
async function invocations(
  workload: Workload,
  invoke: (event: string) => Promise<Buffer>,
  seconds: number,
  onStart: () => void,
): Promise<number> {
  const body = workload.protocol.requestBody(workload.exchange.requests);
  onStart();
  const begin = performance.now();
  let calls = 0;
  for (; performance.now() < begin + seconds * 1000; calls++) {
    workload.protocol.messagesOf(await callLambda(workload, invoke, body));
  }
  return (calls * 1000) / (performance.now() - begin);
}
