import { setTimeout as sleep } from "node:timers/promises";
import { isMainThread } from "node:worker_threads";

let running = 0;
let most = 0;

/** Takes as many milliseconds as its event says; tells how many did at a time here. */
export async function handler({ milliseconds }, { awsRequestId }) {
  most = Math.max(most, ++running);
  await sleep(milliseconds);
  running--;
  return { pid: process.pid, most, isMainThread, awsRequestId };
}
