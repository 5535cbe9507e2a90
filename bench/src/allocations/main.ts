import { fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import budgets from "../../allocation-budgets.json" with { type: "json" };
import { NODE_WORKLOADS } from "../cases/node-cases.ts";
import type { Workload } from "../cases/workload.ts";
import { call, connectHttp2 } from "../client/call.ts";
import { startNode } from "../platforms/node.ts";
import { median } from "../summary.ts";

/**
 * `node bench/src/allocations/main.ts [--check]`: bytes of JavaScript heap that one call allocates, in core alone and
 * through the Node adapter. Unlike times, they hardly differ from run to run or from machine to machine.
 */

/** Optimizing compilers off, and room for a whole batch between two collections. */
const FLAGS = [
  "--expose-gc",
  "--no-opt",
  "--no-maglev",
  "--min-semi-space-size=64",
  "--max-semi-space-size=64",
];
const SEAM_PROCESS = fileURLToPath(new URL("seam-process.ts", import.meta.url));
const CALLS = 200;
const BATCHES = 9;

const { values } = parseArgs({ options: { check: { type: "boolean", default: false } } });
const counts = {
  ...(await countSeam()),
  "adapter-node, unary over HTTP/2": await countNode(NODE_WORKLOADS.unary),
  "adapter-node, unary gRPC-Web over HTTP/2": await countNode(NODE_WORKLOADS["web-h2c"]),
};
const limits: Partial<Record<string, number>> = budgets;
for (const [name, bytes] of Object.entries(counts)) {
  const limit = limits[name];
  const isOver = limit === undefined || bytes > limit;
  console.log(`${name.padEnd(44)}${bytes} bytes, budget ${limit ?? "none"}${isOver ? ": OVER" : ""}`);
  if (isOver && values.check) process.exitCode = 1;
}

async function countSeam(): Promise<Record<string, number>> {
  const child = fork(SEAM_PROCESS, { execArgv: FLAGS });
  const [figures] = await once(child, "message");
  return figures;
}

/** One call behind the other on one connection. */
async function countNode(workload: Workload): Promise<number> {
  const server = await startNode("railhead", { flags: FLAGS });
  const session = connectHttp2(workload, server.port);
  const body = workload.protocol.requestBody(workload.exchange.requests);
  const batch = async (): Promise<number> => {
    await server.heapBytes();
    const before = await server.usedBytes();
    for (let count = 0; count < CALLS; count++) {
      workload.protocol.messagesOf(await call(session, workload, body));
    }
    return (await server.usedBytes()) - before;
  };
  const figures: number[] = [];
  // The first ones fill caches.
  for (let count = 0; count < 3 + BATCHES; count++) figures.push(await batch());
  session.destroy();
  await server.stop();
  return Math.round(median(figures.slice(3)) / CALLS);
}
