import { execFile, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { pinned } from "./pin.ts";
import { HOST } from "./servers/listen.ts";
import { WORKLOADS, type Workload, type WorkloadName } from "./workloads.ts";

const run = promisify(execFile);
const H2LOAD = "h2load";
const LOAD_CORE = 1;
const LOAD_PROCESS = fileURLToPath(new URL("load-process.ts", import.meta.url));

const HAS_H2LOAD = spawnSync(H2LOAD, ["--version"]).status === 0;

/** The program that makes the calls. */
export type LoadTool = typeof H2LOAD | "own client";

/**
 * h2load costs a fraction of what a client on Node does, so that it is the server that is measured. Not for HTTP/1.1:
 * there, a run of version 1.52 has been seen to send one request on each connection and get no further.
 */
export function loadTool({ http }: Workload): LoadTool {
  return HAS_H2LOAD && http === 2 ? H2LOAD : "own client";
}

/** Messages a second over so many seconds, from a process on its own core. */
export function load(name: WorkloadName, port: number, seconds: number): Promise<number> {
  const workload: Workload = WORKLOADS[name];
  return loadTool(workload) === H2LOAD ? runH2load(workload, port, seconds) : runOwn(name, port, seconds);
}

async function runOwn(name: WorkloadName, port: number, seconds: number): Promise<number> {
  const [command, args] = pinned(LOAD_CORE, process.execPath, [LOAD_PROCESS, name, `${port}`, `${seconds}`]);
  return Number((await run(command, args)).stdout);
}

async function runH2load(workload: Workload, port: number, seconds: number): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), "bench-"));
  try {
    const body = join(folder, "request.bin");
    writeFileSync(body, workload.exchange.request);
    const flags = [
      `-c${workload.connections}`,
      `-m${workload.streams}`,
      `-D${seconds}`,
      "-w20",
      "-W22",
      ...["-H", "te: trailers", "-H", `content-type: ${workload.contentType}`, "-d", body],
      `http://${HOST}:${port}${workload.exchange.path}`,
    ];
    const [command, args] = pinned(LOAD_CORE, H2LOAD, flags);
    return messagesPerSecond((await run(command, args)).stdout, workload, seconds);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/**
 * Unary calls are counted as such. Streams are long, so their messages are counted by the bytes of DATA: that takes
 * in those of streams which the end of the measurement cut.
 */
function messagesPerSecond(report: string, { exchange }: Workload, seconds: number): number {
  const bad = numberIn(report, /(\d+) failed/) + numberIn(report, /(\d+) errored/);
  const good = numberIn(report, /status codes: (\d+) 2xx/);
  if (bad > 0 || good === 0) throw new Error(`calls failed:\n${report}`);
  if (exchange.count === 1) return good / seconds;
  return numberIn(report, /\((\d+)\) data/) / exchange.response.length / seconds;
}

function numberIn(report: string, pattern: RegExp): number {
  const found = pattern.exec(report)?.[1];
  if (found === undefined) throw new Error(`h2load says no ${pattern.source}:\n${report}`);
  return Number(found);
}
