import { setTimeout } from "node:timers/promises";
import type { Case } from "../cases/case.ts";
import type { Workload } from "../cases/workload.ts";
import { connectHttp2, headersOf } from "../client/call.ts";
import { messagesOfCall } from "../exchanges.ts";
import { prepare } from "../platforms/contender.ts";
import { residentBytes } from "../platforms/process-stats.ts";
import { contendersOf, type Plan, type Samples } from "./samples.ts";

const MIB = 1024 * 1024;
/** The reader stops for so long ... */
const STALL_MS = 250;
/** ... after so many bytes: forty stops in a GiB. */
const BYTES_BETWEEN_STALLS = 26 * MIB;
const SAMPLE_MS = 50;

/** A case of the most memory in RAM (MB) that a server takes while a reader stops again and again. */
export function memory(title: string, workload: Workload): Case {
  return {
    title,
    unit: "MB",
    better: "less",
    load: "own client",
    contenders: Object.keys(workload.contenders),
    measure: (plan) => measure(workload, plan),
  };
}

/** One round: it is long enough, and memory does not depend on what else goes on. */
async function measure(workload: Workload, plan: Plan): Promise<Samples> {
  const samples: Record<string, { value: number }[]> = {};
  for (const [name, contender] of contendersOf(workload, plan)) {
    const prepared = await prepare(contender);
    const server = await prepared.start();
    try {
      samples[name] = [{ value: (await peakOf(server.pid, download(workload, server.port))) / 1e6 }];
    } finally {
      await server.stop();
      prepared.remove();
    }
  }
  return samples;
}

/** The most bytes in RAM until the work is done. */
async function peakOf(pid: number, work: Promise<void>): Promise<number> {
  let isDone = false;
  const done = work.finally(() => {
    isDone = true;
  });
  let peak = 0;
  while (!isDone) {
    peak = Math.max(peak, residentBytes(pid));
    await Promise.race([done, setTimeout(SAMPLE_MS)]);
  }
  await done;
  return peak;
}

/** Reads the stream of one call to its end, with stops. */
async function download(workload: Workload, port: number): Promise<void> {
  const { exchange, protocol } = workload;
  const session = connectHttp2(workload, port);
  const stream = session.request({
    ":method": "POST",
    ":path": exchange.path,
    ...headersOf(workload),
    te: "trailers",
  });
  stream.end(protocol.requestBody(exchange.requests));
  let bytes = 0;
  let untilStall = BYTES_BETWEEN_STALLS;
  for await (const chunk of stream) {
    bytes += chunk.length;
    untilStall -= chunk.length;
    if (untilStall > 0) continue;
    untilStall = BYTES_BETWEEN_STALLS;
    await setTimeout(STALL_MS);
  }
  session.destroy();
  const expected = messagesOfCall(exchange) * (exchange.response.length + 5);
  if (bytes !== expected) throw new Error(`${bytes} bytes came instead of ${expected}`);
}
