import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { Readable } from "node:stream";
import { fileURLToPath } from "node:url";
import { bundle } from "./bundle.ts";
import type { Contender, Prepared } from "./contender.ts";
import { pinnedServer } from "./pin.ts";

/** The Workers there are to measure, by name. */
const WORKERS = {
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

/** Bundles a Worker as wrangler would. */
export async function prepareWorker(name: WorkerName): Promise<Prepared> {
  const options = { conditions: ["workerd", "worker", "browser"] };
  const { folder, remove } = await bundle(WORKERS[name], "worker.mjs", options);
  const config = join(folder, "config.capnp");
  writeFileSync(config, CONFIG);
  return { start: () => serve(config), remove };
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
