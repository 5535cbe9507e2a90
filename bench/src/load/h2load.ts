import { execFile, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import type { Workload } from "../cases/workload.ts";
import { headersOf } from "../client/call.ts";
import { type Exchange, messagesOfCall } from "../exchanges.ts";
import { HOST } from "../servers/listen.ts";

const H2LOAD = "h2load";
const run = promisify(execFile);

export const HAS_H2LOAD: boolean = spawnSync(H2LOAD, ["--version"]).status === 0;

/** What it may take longer than it was told to: it has been seen to wait for ever for connections that were refused. */
const GRACE_MS = 30_000;

/** Streams with more messages than this are not waited for to their end. */
const LONG_STREAM = 1000;

/**
 * Messages a second over so many seconds. h2load costs a fraction of what a client on Node does, so that it is the
 * server that is measured; it checks the status of HTTP alone, no grpc-status. 0: no call was done in the time.
 */
export async function h2load(workload: Workload, port: number, seconds: number): Promise<number> {
  const { protocol, exchange } = workload;
  const folder = mkdtempSync(join(tmpdir(), "bench-"));
  try {
    const body = join(folder, "request.bin");
    writeFileSync(body, protocol.requestBody(exchange.requests));
    const url = `${workload.transport === "h2" ? "https" : "http"}://${HOST}:${port}${exchange.path}`;
    const time = Math.round(seconds * 1000);
    const args = [...flags(workload), `-D${time}ms`, "-d", body, url];
    const { stdout } = await run(H2LOAD, args, { timeout: time + GRACE_MS });
    return messages(stdout, exchange) / seconds;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function flags(workload: Workload): string[] {
  const { connections, streams, transport } = workload;
  const headers = Object.entries(headersOf(workload)).flatMap(([name, value]) => ["-H", `${name}: ${value}`]);
  const shape = [`-c${connections}`, `-m${streams}`, "-w22", "-W24", ...headers];
  return transport === "http1" ? [...shape, "--h1"] : [...shape, "-H", "te: trailers"];
}

/**
 * Calls are counted as such. Long streams are counted by the bytes of their messages: that takes in those streams which
 * the end of the measurement cut.
 */
function messages(report: string, exchange: Exchange): number {
  const bad = numberIn(report, /(\d+) failed/) + numberIn(report, /(\d+) errored/);
  const isLong = exchange.count >= LONG_STREAM;
  const good = isLong
    ? numberIn(report, /\((\d+)\) data/) / (exchange.response.length + 5)
    : numberIn(report, /status codes: (\d+) 2xx/) * messagesOfCall(exchange);
  if (bad > 0) throw new Error(`calls failed:\n${report}`);
  return good;
}

function numberIn(report: string, pattern: RegExp): number {
  const found = pattern.exec(report)?.[1];
  if (found === undefined) throw new Error(`h2load says no ${pattern.source}:\n${report}`);
  return Number(found);
}
