import type { Readable } from "node:stream";
import { LOG_TAIL_BYTES } from "./limits.ts";

/** More than that without an end of line becomes a line; CloudWatch cuts there as well. */
const MAX_LINE_LENGTH = 256 * 1024;

/** What a process prints, and what is said about it, line by line. */
export class ProcessLog {
  readonly #print: (line: string) => void;
  readonly #tails = new Set<LogTail>();
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
      if (open.length < MAX_LINE_LENGTH) return;
      this.write(open);
      open = "";
    });
    stream.once("close", () => {
      if (open !== "") this.write(open);
    });
  }

  write(line: string): void {
    for (const tail of this.#tails) tail.add(line);
    this.#print(line);
  }

  /** Collects from now on, until it is closed. */
  openTail(): LogTail {
    const tail = new LogTail();
    this.#tails.add(tail);
    return tail;
  }

  /** @returns what it has collected */
  closeTail(tail: LogTail): string {
    this.#tails.delete(tail);
    return tail.text;
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

/** The end of a log: the last 4 KB. */
export class LogTail {
  #text: Buffer = Buffer.alloc(0);

  add(line: string): void {
    this.#text = Buffer.concat([this.#text, Buffer.from(`${line}\n`)]).subarray(-LOG_TAIL_BYTES);
  }

  get text(): string {
    return this.#text.toString();
  }
}
