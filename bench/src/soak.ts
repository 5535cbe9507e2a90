import { type ClientHttp2Session, constants } from "node:http2";
import { NODE_WORKLOADS } from "./cases/node-cases.ts";
import { GIB_DOWNLOAD } from "./cases/stream-cases.ts";
import type { Workload } from "./cases/workload.ts";
import { connectHttp2, headersOf } from "./client/call.ts";
import { load } from "./load/index.ts";
import { type NodeContender, startNode } from "./platforms/node.ts";

const CALLS = 1_000_000;
const ABORTS = 100_000;
const STEPS = 10;
const PARALLEL_ABORTS = 64;
const LOAD_SECONDS = 2;
/** The part by which the heap may have grown from the first step, which warms up, to the last. */
const MAX_GROWTH = 0.05;

/**
 * A million calls and a hundred thousand streams that their clients abort, and the heap behind a full collection at
 * each tenth of them.
 *
 * @param part of the full work, for a quick look
 * @returns false when the heap has grown by more than 5 % since the first tenth
 */
export async function soak(part = 1): Promise<boolean> {
  const server = await startNode("railhead", { flags: ["--expose-gc"] });
  console.log("     calls    aborted     heap, bytes");
  const heaps: number[] = [];
  let calls = 0;
  let aborts = 0;
  for (let step = 1; step <= STEPS; step++) {
    while (calls < (CALLS * part * step) / STEPS) {
      calls += (await load(NODE_WORKLOADS.unary, server, LOAD_SECONDS)) * LOAD_SECONDS;
    }
    aborts += await abortStreams(server, Math.ceil((ABORTS * part) / STEPS));
    const heap = await server.heapBytes();
    heaps.push(heap);
    console.log(
      [calls, aborts, heap].map((each) => Math.round(each).toLocaleString("en").padStart(10)).join(" "),
    );
  }
  await server.stop();
  const growth = (heaps.at(-1) ?? Number.NaN) / (heaps[0] ?? Number.NaN) - 1;
  console.log(`the heap has grown by ${(growth * 100).toFixed(1)} % since the first line, budget 5 %`);
  return growth <= MAX_GROWTH;
}

/** Opens streams and resets each at its first bytes. */
async function abortStreams({ port }: NodeContender, count: number): Promise<number> {
  const session = connectHttp2(GIB_DOWNLOAD, port);
  let begun = 0;
  const slot = async (): Promise<void> => {
    while (begun++ < count) await abortOne(session, GIB_DOWNLOAD);
  };
  await Promise.all(Array.from({ length: PARALLEL_ABORTS }, slot));
  session.destroy();
  return count;
}

function abortOne(session: ClientHttp2Session, workload: Workload): Promise<void> {
  const { exchange, protocol } = workload;
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const stream = session.request({
    ":method": "POST",
    ":path": exchange.path,
    ...headersOf(workload),
    te: "trailers",
  });
  stream.on("error", reject);
  stream.on("close", () => resolve());
  stream.once("data", () => stream.close(constants.NGHTTP2_CANCEL));
  stream.end(protocol.requestBody(exchange.requests));
  return promise;
}
