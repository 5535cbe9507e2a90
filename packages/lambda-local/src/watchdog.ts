import { type ChildProcess, spawn } from "node:child_process";
import { fileURLToPath } from "node:url";

/**
 * Sees to it that the function's processes do not outlive this one, however it ends: a process of its own that holds the
 * other end of a pipe. A function that is stuck in a loop would notice nothing by itself.
 */
export class Watchdog {
  readonly #process: ChildProcess;

  constructor() {
    const file = fileURLToPath(new URL("watchdog-process.js", import.meta.url));
    // A group of its own: the terminal's Ctrl-C is not meant for it.
    this.#process = spawn(process.execPath, [file], { stdio: ["pipe", "ignore", "ignore"], detached: true });
    this.#process.unref();
    // Without it everything works, but for what it is there for.
    this.#process.on("error", () => {});
    this.#process.stdin?.on("error", () => {});
  }

  /** @param group id of a group of processes */
  add(group: number): void {
    this.#process.stdin?.write(`+${group}\n`);
  }

  remove(group: number): void {
    this.#process.stdin?.write(`-${group}\n`);
  }

  close(): void {
    this.#process.stdin?.end();
  }
}
