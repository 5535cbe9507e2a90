import type { HeaderList, Outbound, Pieces } from "../../src/transport.ts";
import { concat } from "./bytes.ts";

/** One call of the core on its adapter, in order. */
export type Sent =
  | { type: "respond"; status: number; headers: HeaderList; body?: Uint8Array; trailers?: HeaderList }
  | { type: "start"; status: number; headers: HeaderList }
  | { type: "write"; chunk: Uint8Array }
  | { type: "finish"; trailers?: HeaderList }
  | { type: "resumeReading" };

/**
 * An adapter in memory. It keeps what the core sends and notes each breach of the seam's invariants; look at
 * `violations` at the end of a test.
 */
export class MemoryOutbound implements Outbound {
  readonly sent: Sent[] = [];
  readonly violations: string[] = [];
  /** Resolves when the response is complete. */
  readonly ended: Promise<void>;
  /** Asked at each write: does the wire take more? */
  accepts: (chunk: Uint8Array) => boolean = () => true;
  /** Told of each call before it returns, as an adapter whose platform calls back at once would be. */
  onSent: (sent: Sent) => void = () => {};
  #isEnded = false;
  #isCancelled = false;
  #isStarted = false;
  /** The wire is full. */
  #isFull = false;
  #chunksWhileFull = 0;
  #resolveEnded: () => void = () => {};

  constructor() {
    this.ended = new Promise((resolve) => {
      this.#resolveEnded = resolve;
    });
  }

  get isEnded(): boolean {
    return this.#isEnded;
  }

  respond(status: number, headers: HeaderList, pieces?: Pieces, trailers?: HeaderList): void {
    const body = pieces && concat(...pieces);
    if (this.#isStarted) this.violations.push("respond after start");
    this.#end({ type: "respond", status, headers, ...(body && { body }), ...(trailers && { trailers }) });
  }

  start(status: number, headers: HeaderList): void {
    if (this.#isStarted) this.violations.push("start after start");
    this.#isStarted = true;
    this.#note({ type: "start", status, headers });
  }

  write(pieces: Pieces): boolean {
    // Batches are views of shared memory: keep what they held when they were written.
    const chunk = concat(...pieces);
    if (!this.#isStarted) this.violations.push("write before start");
    if (this.#isFull) this.#chunksWhileFull++;
    this.#note({ type: "write", chunk });
    const wasFull = this.#isFull;
    this.#isFull = true;
    // May drain the wire before it tells that it was full.
    const accepts = this.accepts(chunk);
    if (accepts) this.#isFull = wasFull;
    return accepts;
  }

  finish(trailers?: HeaderList): void {
    if (!this.#isStarted) this.violations.push("finish before start");
    // The closing frame is the one write that a full wire must take.
    if (this.#chunksWhileFull > 1) this.violations.push("writes on a full wire");
    this.#end({ type: "finish", ...(trailers && { trailers }) });
  }

  resumeReading(): void {
    this.#note({ type: "resumeReading" });
  }

  /** Call before `Inbound.cancel`. */
  markCancelled(): void {
    this.#isCancelled = true;
  }

  /** Call before `Inbound.drained`. */
  markDrained(): void {
    if (this.#chunksWhileFull > 0) this.violations.push("a write on a full wire");
    this.#isFull = false;
  }

  /** The response's body so far. */
  get body(): Uint8Array {
    return concat(
      ...this.sent.flatMap((sent) => {
        if (sent.type === "write") return [sent.chunk];
        return sent.type === "respond" && sent.body !== undefined ? [sent.body] : [];
      }),
    );
  }

  get status(): number | undefined {
    for (const sent of this.sent) if ("status" in sent) return sent.status;
    return undefined;
  }

  get headers(): Headers {
    return headersOf(this.sent.flatMap((sent) => ("headers" in sent ? [sent.headers] : []))[0]);
  }

  get trailers(): Headers {
    return headersOf(this.sent.flatMap((sent) => ("trailers" in sent ? [sent.trailers] : []))[0]);
  }

  /** What was called, by name. */
  get calls(): string[] {
    return this.sent.map(({ type }) => type);
  }

  #end(sent: Sent): void {
    if (this.#isEnded) this.violations.push(`a second end: ${sent.type}`);
    this.#note(sent);
    this.#isEnded = true;
    this.#resolveEnded();
  }

  #note(sent: Sent): void {
    if (this.#isCancelled) this.violations.push(`${sent.type} after cancel`);
    else if (this.#isEnded) this.violations.push(`${sent.type} after the end`);
    this.sent.push(sent);
    this.onSent(sent);
  }
}

function headersOf(list: HeaderList | undefined): Headers {
  const headers = new Headers();
  for (let at = 0; at + 1 < (list?.length ?? 0); at += 2)
    headers.append(list?.[at] ?? "", list?.[at + 1] ?? "");
  return headers;
}
