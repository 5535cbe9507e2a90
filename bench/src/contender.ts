import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { pinned } from "./pin.ts";
import type { ServerName } from "./servers/index.ts";

const SERVER_CORE = 0;
const SERVER_PROCESS = fileURLToPath(new URL("server-process.ts", import.meta.url));

/** A contender's server, in a process of its own. */
export class Contender {
  readonly port: number;
  readonly #process: ChildProcess;

  private constructor(process: ChildProcess, port: number) {
    this.#process = process;
    this.port = port;
  }

  static async start(server: ServerName): Promise<Contender> {
    const [command, args] = pinned(SERVER_CORE, process.execPath, [SERVER_PROCESS, server]);
    const child = spawn(command, args, { stdio: ["ignore", "inherit", "inherit", "ipc"] });
    return new Contender(child, await answer(child, "port"));
  }

  /** Seconds of processor time that the server has used so far. */
  async cpuSeconds(): Promise<number> {
    this.#process.send("cpu");
    return (await answer(this.#process, "cpuMicros")) / 1e6;
  }

  async stop(): Promise<void> {
    const exited = once(this.#process, "exit");
    this.#process.disconnect();
    await exited;
  }
}

/** The number under `key` in the next message of a server process; throws when the process ends instead. */
async function answer(child: ChildProcess, key: string): Promise<number> {
  const settled = new AbortController();
  const { signal } = settled;
  const gone = once(child, "exit", { signal }).then(([code]) => {
    throw new Error(`a server process ended with code ${code}`);
  });
  try {
    const [message]: unknown[] = await Promise.race([once(child, "message", { signal }), gone]);
    const value: unknown = Object(message)[key];
    if (typeof value !== "number") throw new Error(`a server process did not tell its ${key}`);
    return value;
  } finally {
    // Takes the listeners away; the promise that is left over rejects unseen.
    gone.catch(() => {});
    settled.abort();
  }
}
