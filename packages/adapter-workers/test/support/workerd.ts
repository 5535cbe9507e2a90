import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { Readable } from "node:stream";
import { fileURLToPath } from "node:url";
import { onTestFailed } from "vitest";
import { bundleWorker } from "./bundle.ts";
import { capnpConfig, type WorkerdSetup } from "./capnp.ts";

/** The descriptor on which workerd tells its ports: the first after stdin, stdout and stderr. */
const CONTROL_FD = 3;

export interface WorkerdOptions extends WorkerdSetup {
  /** Module of the worker, in TypeScript. */
  readonly entry: URL;
}

/** Bundles a worker and serves it in a workerd of its own, on a free port of the loopback address. */
export async function startWorkerd({ entry, ...setup }: WorkerdOptions): Promise<Workerd> {
  const folder = await mkdtemp(join(tmpdir(), "railhead-workerd-"));
  await writeFile(join(folder, "worker.mjs"), await bundleWorker(entry));
  await writeFile(join(folder, "config.capnp"), capnpConfig(setup));
  const binary = fileURLToPath(import.meta.resolve("workerd/bin/workerd"));
  const args = ["serve", join(folder, "config.capnp"), `--control-fd=${CONTROL_FD}`];
  const child = spawn(binary, args, { stdio: ["ignore", "pipe", "pipe", "pipe"] });
  const workerd = new Workerd(child, folder);
  try {
    await workerd.untilListening();
    return workerd;
  } catch (error) {
    await workerd.close();
    throw error;
  }
}

/** One running workerd. */
export class Workerd {
  readonly #child: ChildProcess;
  readonly #folder: string;
  readonly #exited: Promise<unknown>;
  #output = "";
  #port = 0;

  constructor(child: ChildProcess, folder: string) {
    this.#child = child;
    this.#folder = folder;
    this.#exited = once(child, "close");
    for (const stream of [child.stdout, child.stderr]) {
      stream?.on("data", (chunk: Buffer) => {
        this.#output += chunk.toString();
      });
    }
  }

  get port(): number {
    return this.#port;
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  /** What workerd printed, the workers' `console` included. */
  get output(): string {
    return this.#output;
  }

  /** Shows what workerd printed if the running test fails. */
  explainFailure(): void {
    onTestFailed(() => console.error(`workerd printed:\n${this.#output || "(nothing)"}`));
  }

  /** Memory of the process that is in RAM. */
  residentBytes(): Promise<number> {
    return this.#memory("VmRSS");
  }

  /** The most of its memory that was in RAM during some work. */
  async peakBytes(work: () => Promise<void>): Promise<number> {
    // Makes the peak what is there now (proc_pid_clear_refs(5)).
    await writeFile(`/proc/${this.#child.pid}/clear_refs`, "5");
    await work();
    return this.#memory("VmHWM");
  }

  async untilListening(): Promise<void> {
    const control = this.#child.stdio[CONTROL_FD];
    if (!(control instanceof Readable)) throw new Error("workerd has no control pipe");
    for await (const line of createInterface({ input: control })) {
      const message: unknown = JSON.parse(line);
      if (isListening(message)) {
        this.#port = message.port;
        return;
      }
    }
    await this.#exited;
    throw new Error(`workerd did not start:\n${this.#output}`);
  }

  async #memory(field: string): Promise<number> {
    const status = await readFile(`/proc/${this.#child.pid}/status`, "utf8");
    const kilobytes = new RegExp(`^${field}:\\s+(\\d+) kB$`, "m").exec(status)?.[1];
    if (kilobytes === undefined) throw new Error(`the process tells no ${field}`);
    return Number(kilobytes) * 1024;
  }

  async close(): Promise<void> {
    if (this.#child.exitCode === null && this.#child.signalCode === null) this.#child.kill("SIGKILL");
    await this.#exited;
    await rm(this.#folder, { recursive: true });
  }
}

function isListening(message: unknown): message is { readonly port: number } {
  return (
    typeof message === "object" && message !== null && "port" in message && typeof message.port === "number"
  );
}
