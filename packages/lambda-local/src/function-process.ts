import { type ChildProcess, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { environmentOf, type FunctionConfig } from "./function-config.ts";
import type { ProcessLog } from "./log.ts";
import type { Watchdog } from "./watchdog.ts";

/** What every process of a function is started with. */
export interface Host {
  /** The runtime client's module. */
  readonly entry: string;
  readonly watchdog: Watchdog;
}

/** A process of the function, under AWS's runtime client. */
export class FunctionProcess {
  readonly #child: ChildProcess;
  /** How the process ended, in Lambda's words. */
  readonly exited: Promise<string>;

  /** @param runtimeApi host and port */
  constructor({ entry, watchdog }: Host, config: FunctionConfig, runtimeApi: string, log: ProcessLog) {
    const { memoryMB, handler } = config;
    // Lambda's own proportions.
    const heap = [
      `--max-old-space-size=${Math.floor(memoryMB * 0.9)}`,
      `--max-semi-space-size=${Math.floor(memoryMB * 0.05)}`,
    ];
    const child = spawn(process.execPath, [...heap, ...handler.nodeArguments, entry], {
      cwd: handler.taskRoot,
      env: environmentOf(config, runtimeApi, newLogStream()),
      stdio: ["ignore", "pipe", "pipe"],
      // A group of its own: the terminal's Ctrl-C is left to us, and what the function starts ends with it.
      detached: true,
    });
    this.#child = child;
    log.read(child.stdout);
    log.read(child.stderr);
    const { pid } = child;
    if (pid !== undefined) watchdog.add(pid);
    this.exited = new Promise((resolve) => {
      child.once("error", (error) => resolve(`Runtime could not be started: ${error.message}`));
      child.once("exit", (code, signal) => {
        // What it has started goes with it.
        if (pid !== undefined) killGroup(pid);
        if (pid !== undefined) watchdog.remove(pid);
        resolve(exitReason(code, signal));
      });
    });
  }

  /** Ends it at once, with everything it has started. */
  kill(): void {
    const { pid, exitCode, signalCode } = this.#child;
    if (pid !== undefined && exitCode === null && signalCode === null) killGroup(pid);
  }

  /** Memory it has now, and has had at most; undefined when that cannot be told. */
  get memory(): { readonly usedMB: number; readonly peakMB: number } | undefined {
    try {
      const status = readFileSync(`/proc/${this.#child.pid}/status`, "utf8");
      const [, peak, used] = /VmHWM:\s+(\d+) kB\s+VmRSS:\s+(\d+) kB/.exec(status) ?? [];
      if (peak === undefined || used === undefined) return undefined;
      return { usedMB: Math.ceil(Number(used) / 1024), peakMB: Math.ceil(Number(peak) / 1024) };
    } catch {
      return undefined;
    }
  }
}

function killGroup(pid: number): void {
  try {
    process.kill(-pid, "SIGKILL");
  } catch {
    // Nothing of it is left.
  }
}

function exitReason(code: number | null, signal: NodeJS.Signals | null): string {
  if (signal !== null) return `Runtime exited with error: signal: ${SIGNALS[signal] ?? signal}`;
  return code === 0
    ? "Runtime exited without providing a reason"
    : `Runtime exited with error: exit status ${code}`;
}

/** As Lambda names them. */
const SIGNALS: Partial<Record<NodeJS.Signals, string>> = {
  SIGABRT: "aborted",
  SIGKILL: "killed",
  SIGSEGV: "segmentation fault",
  SIGTERM: "terminated",
};

function newLogStream(): string {
  const date = new Date().toISOString().slice(0, 10).replaceAll("-", "/");
  return `${date}/[$LATEST]${randomBytes(16).toString("hex")}`;
}
