import type { Readable } from "node:stream";
import { LOG_TAIL_BYTES } from "./limits.ts";

/** What a process prints, as lines for the terminal, and its end for callers that ask for it. */
export class ProcessLog {
  readonly #print: (line: string) => void;
  #tail = "";
  #chunks = 0;

  constructor(print: (line: string) => void) {
    this.#print = print;
  }

  /** Takes everything from stdout or stderr. */
  read(stream: Readable): void {
    let open = "";
    stream.setEncoding("utf8").on("data", (text: string) => {
      this.#chunks++;
      const lines = (open + text).split("\n");
      open = lines.pop() ?? "";
      for (const line of lines) this.write(line);
    });
    stream.once("close", () => {
      if (open !== "") this.write(open);
    });
  }

  write(line: string): void {
    this.#tail = `${this.#tail}${line}\n`.slice(-LOG_TAIL_BYTES);
    this.#print(line);
  }

  startTail(): void {
    this.#tail = "";
  }

  get tail(): string {
    return this.#tail;
  }

  /** Waits for what the process has printed already and is still in the pipe. */
  async settled(): Promise<void> {
    let seen: number;
    do {
      seen = this.#chunks;
      for (let turn = 0; turn < 2; turn++) await new Promise(setImmediate);
    } while (this.#chunks !== seen);
  }
}
