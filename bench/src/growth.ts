import { once } from "node:events";
import { NODE_WORKLOADS } from "./cases/node-cases.ts";
import type { Workload } from "./cases/workload.ts";
import { call, connectHttp2 } from "./client/call.ts";
import { echoBytes } from "./exchanges.ts";
import { pingPong } from "./load/ping-pong.ts";
import { startNode } from "./platforms/node.ts";
import { cpuSeconds } from "./platforms/process-stats.ts";
import type { ServerName, ServerSetup } from "./servers/index.ts";

/** How the cost of a call changes with what there is of something. Costs are microseconds of the server's processor. */

const CALLS = 20_000;
const BYTES = 256 * 1024 * 1024;
const METHODS = [1, 10, 100, 1000, 10_000];
const CONNECTIONS = [1, 10, 100, 1000];
const SIZES = [1024, 16 * 1024, 256 * 1024, 4 * 1024 * 1024, 64 * 1024 * 1024];
/** Calls at a time while connections grow. */
const PARALLEL = 100;

const SERVERS = ["floor-http2", "railhead"] as const;

/** Prints the curves. @param part of the full work, for a quick look */
export async function growth(part = 1): Promise<void> {
  console.log("registered methods      us/call");
  for (const methods of METHODS) {
    const cost = await costOf("railhead", { methods }, part, sequential(NODE_WORKLOADS.unary, CALLS));
    print(methods, [cost]);
  }
  console.log("\nconnections             us/call: floor, Railhead");
  for (const connections of CONNECTIONS) {
    const streams = Math.max(1, Math.round(PARALLEL / connections));
    const workload = { ...NODE_WORKLOADS.unary, connections, streams, pingPong: true };
    print(connections, await costs(part, parallel(workload)));
  }
  console.log("\nbytes each way          ns/byte: floor, Railhead");
  for (const size of SIZES) {
    const workload = { ...NODE_WORKLOADS.unary, exchange: echoBytes(size) };
    const calls = Math.min(CALLS, Math.max(3, Math.round(BYTES / size)));
    print(
      size,
      (await costs(part, sequential(workload, calls))).map((micros) => (micros * 1000) / size),
    );
  }
}

/** Makes a part of its calls, calls `onStart` when it is warm, and tells how many calls came after that. */
type Work = (port: number, part: number, onStart: () => void) => Promise<number>;

/** One call behind the other on one connection. */
function sequential(workload: Workload, calls: number): Work {
  return async (port, part, onStart) => {
    const session = connectHttp2(workload, port);
    const body = workload.protocol.requestBody(workload.exchange.requests);
    const count = Math.max(2, Math.round(calls * part));
    const make = async (some: number): Promise<void> => {
      for (let made = 0; made < some; made++) {
        workload.protocol.messagesOf(await call(session, workload, body));
      }
    };
    await make(Math.ceil(count / 2));
    onStart();
    await make(count);
    session.destroy();
    await once(session, "close");
    return count;
  };
}

function parallel(workload: Workload): Work {
  return async (port, part, onStart) => {
    await pingPong(workload, port, 2 * part, () => {});
    const seconds = 4 * part;
    return (await pingPong(workload, port, seconds, onStart)) * seconds;
  };
}

async function costs(part: number, work: Work): Promise<number[]> {
  const figures: number[] = [];
  for (const server of SERVERS) figures.push(await costOf(server, {}, part, work));
  return figures;
}

async function costOf(name: ServerName, setup: ServerSetup, part: number, work: Work): Promise<number> {
  const server = await startNode(name, { setup });
  let before = 0;
  const calls = await work(server.port, part, () => {
    before = cpuSeconds(server.pid);
  });
  const micros = (cpuSeconds(server.pid) - before) * 1e6;
  await server.stop();
  return micros / calls;
}

function print(of: number, figures: readonly number[]): void {
  console.log(
    of.toLocaleString("en").padStart(18) + figures.map((each) => each.toFixed(1).padStart(12)).join(""),
  );
}
