import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import type { ServerName, ServerSetup } from "../servers/index.ts";
import type { Contender } from "./contender.ts";
import { pinnedServer } from "./pin.ts";
import { serverProcess } from "./server-bundle.ts";

export interface NodeOptions {
  /** Of Node, such as "--cpu-prof". */
  readonly flags?: readonly string[];
  readonly setup?: ServerSetup;
}

export async function startNode(server: ServerName, options: NodeOptions = {}): Promise<NodeContender> {
  const { flags = [], setup = {} } = options;
  const program = [await serverProcess(), server, JSON.stringify(setup)];
  const [command, args] = pinnedServer(process.execPath, [...flags, ...program]);
  const child = spawn(command, args, { stdio: ["ignore", "inherit", "inherit", "ipc"] });
  return new NodeContender(child, await answer(child, "port"));
}

export class NodeContender implements Contender {
  readonly pid: number;
  readonly port: number;
  readonly #child: ChildProcess;

  constructor(child: ChildProcess, port: number) {
    this.#child = child;
    // A process that has told its port has an id.
    this.pid = child.pid ?? 0;
    this.port = port;
  }

  /** Bytes of heap in use behind a full collection; the process was started with --expose-gc. */
  heapBytes(): Promise<number> {
    this.#child.send("collect");
    return answer(this.#child, "heapBytes");
  }

  /** Bytes of heap in use, garbage included. */
  usedBytes(): Promise<number> {
    this.#child.send("tell");
    return answer(this.#child, "heapBytes");
  }

  /** Lets the process end by itself, so that it writes its profile. */
  async stop(): Promise<void> {
    if (!this.#child.connected) return;
    const exited = once(this.#child, "exit");
    this.#child.disconnect();
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
