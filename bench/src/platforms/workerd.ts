import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { Readable } from "node:stream";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import type { Contender } from "./contender.ts";
import { pinnedServer } from "./pin.ts";

/** The Workers there are to measure, by name. */
export const WORKERS = {
  "worker-floor": new URL("../workers/floor.ts", import.meta.url),
  "worker-floor-stream": new URL("../workers/floor-stream.ts", import.meta.url),
  "worker-railhead": new URL("../workers/railhead.ts", import.meta.url),
  "worker-connect-es": new URL("../workers/connect-es.ts", import.meta.url),
} satisfies Record<string, URL>;

export type WorkerName = keyof typeof WORKERS;

/** The descriptor on which workerd tells its ports: the first after stdin, stdout and stderr. */
const CONTROL_FD = 3;

const CONFIG = `
using Workerd = import "/workerd/workerd.capnp";

const config :Workerd.Config = (
  services = [(name = "main", worker = .worker)],
  sockets = [(name = "http", address = "127.0.0.1:0", http = (), service = "main")],
);

const worker :Workerd.Worker = (
  modules = [(name = "worker.mjs", esModule = embed "worker.mjs")],
  compatibilityDate = "2026-11-01",
);
`;

/** A Worker's bundle on disk, ready to be served any number of times. */
export interface WorkerBundle {
  serve(): Promise<Contender>;
  remove(): void;
}

export async function startWorkerd(entry: URL): Promise<Contender> {
  const bundle = await bundleWorker(entry);
  const contender = await bundle.serve();
  const stop = async (): Promise<void> => {
    await contender.stop();
    bundle.remove();
  };
  return { pid: contender.pid, port: contender.port, stop };
}

/** Bundles a Worker as wrangler would. */
export async function bundleWorker(entry: URL): Promise<WorkerBundle> {
  const folder = mkdtempSync(join(tmpdir(), "bench-worker-"));
  await build({
    entryPoints: [fileURLToPath(entry)],
    outfile: join(folder, "worker.mjs"),
    bundle: true,
    format: "esm",
    target: "es2024",
    conditions: ["workerd", "worker", "browser"],
    logLevel: "error",
  });
  const config = join(folder, "config.capnp");
  writeFileSync(config, CONFIG);
  return { serve: () => serve(config), remove: () => rmSync(folder, { recursive: true }) };
}

async function serve(config: string): Promise<Contender> {
  const binary = fileURLToPath(import.meta.resolve("workerd/bin/workerd"));
  const [command, args] = pinnedServer(binary, ["serve", config, `--control-fd=${CONTROL_FD}`]);
  const child = spawn(command, args, { stdio: ["ignore", "inherit", "inherit", "pipe"] });
  const exited = once(child, "exit");
  const port = await listeningPort(child);
  const stop = async (): Promise<void> => {
    child.kill("SIGKILL");
    await exited;
  };
  return { pid: child.pid ?? 0, port, stop };
}

async function listeningPort(child: ChildProcess): Promise<number> {
  const control = child.stdio[CONTROL_FD];
  if (!(control instanceof Readable)) throw new Error("workerd has no control pipe");
  for await (const line of createInterface({ input: control })) {
    const message: { readonly event?: string; readonly port?: number } = JSON.parse(line);
    if (message.event === "listen" && message.port !== undefined) return message.port;
  }
  throw new Error("workerd did not start; what it printed is above");
}
