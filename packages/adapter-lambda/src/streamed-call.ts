import { GrpcStatusCode } from "@railhead/core";
import type { HeaderList, Outbound, Pieces } from "@railhead/core/transport";
import { neverEmpty } from "./answer/never-empty.ts";
import { encodePrelude, MAX_PRELUDE_BYTES, STREAM_CONTENT_TYPE } from "./answer/prelude.ts";
import type { EventCall } from "./event-call.ts";
import type { LambdaResponseStream } from "./response-stream.ts";

const EMPTY = new Uint8Array(0);
/** Lambda quotas: of a streamed response. */
const MAX_STREAM_BYTES = 200 * 1024 * 1024;
/** Kept back from that for the error that ends a longer one. */
const RESERVED_BYTES = 1024;
/** The longest body of a response that is known whole, or first piece of any other, whatever its prelude. */
const MAX_FIRST_BYTES = MAX_STREAM_BYTES - RESERVED_BYTES - MAX_PRELUDE_BYTES;
const TOO_LONG = `a response that Lambda streams ends at ${MAX_STREAM_BYTES} bytes: ask for the rest in another call`;

interface Head {
  readonly status: number;
  readonly headers: HeaderList;
}

/**
 * The response half of a call that is streamed to the platform. The runtime client does not forgive: it ends the process
 * on a write behind the end and on `destroy`, and loses a prelude that no write carries.
 */
export class StreamedCall implements Outbound {
  /** Resolves when the response is sent, or cannot be. */
  readonly done: Promise<void>;
  readonly #stream: LambdaResponseStream;
  readonly #call: EventCall;
  readonly #settled = Promise.withResolvers<void>();
  /** Status and headers that wait for the first bytes of the body. */
  #head: Head | undefined;
  #isOpen = false;
  #isOver = false;
  /** The stream's "drain" is listened to, which answers in one piece never need. */
  #isWatched = false;
  #sentBytes = 0;

  constructor(stream: LambdaResponseStream, call: EventCall) {
    this.#stream = stream;
    this.#call = call;
    this.done = this.#settled.promise;
    // "close" follows every error and carries what is needed.
    stream.on("error", () => {});
    stream.on("finish", () => this.#settled.resolve());
    stream.on("close", () => this.#lose());
  }

  respond(status: number, headers: HeaderList, body: Pieces = []): void {
    const whole = neverEmpty({ status, headers, body: Buffer.concat(body) }, this.#call.acceptsGzip);
    this.#open(whole, whole.body);
    this.#end();
  }

  start(status: number, headers: HeaderList): void {
    this.#head = { status, headers };
    // The first message follows at once, unless a handler asked for the headers alone.
    queueMicrotask(() => this.#flushHead());
  }

  write(pieces: Pieces): boolean {
    const chunk = Buffer.concat(pieces);
    const head = this.#head;
    this.#head = undefined;
    if (head !== undefined) return this.#open(head, chunk);
    const isWithin = this.#sentBytes + chunk.length <= MAX_STREAM_BYTES - RESERVED_BYTES;
    return isWithin ? this.#put(chunk) : this.#breakOff();
  }

  finish(): void {
    this.#flushHead();
    this.#end();
  }

  resumeReading(): void {}

  #flushHead(): void {
    const head = this.#head;
    this.#head = undefined;
    if (head !== undefined) this.#open(head, EMPTY);
  }

  /** Begins the response, head and first bytes in one write. */
  #open(head: Head, body: Uint8Array): boolean {
    if (body.length > MAX_FIRST_BYTES) return this.#replace(TOO_LONG);
    const opening = encodePrelude(head.status, head.headers, body);
    const preludeBytes = opening.length - body.length;
    if (preludeBytes <= MAX_PRELUDE_BYTES) return this.#put(opening);
    return this.#replace(
      `the response's metadata takes ${preludeBytes} bytes, and a response that Lambda streams may begin with ` +
        `${MAX_PRELUDE_BYTES}: send less of it, or as trailers, which are headers too in unary calls of Connect`,
    );
  }

  /** A response that cannot even begin is an error from the start. */
  #replace(message: string): boolean {
    const refused = this.#call.refuse(GrpcStatusCode.RESOURCE_EXHAUSTED, message);
    this.#put(encodePrelude(refused.status, refused.headers, refused.body));
    return this.#giveUp();
  }

  /** A response that grows beyond what Lambda passes on ends with an error, in the body like every end. */
  #breakOff(): boolean {
    this.#put(this.#call.refuse(GrpcStatusCode.RESOURCE_EXHAUSTED, TOO_LONG).body);
    return this.#giveUp();
  }

  #giveUp(): false {
    this.#end();
    this.#call.cancel();
    return false;
  }

  #put(bytes: Uint8Array): boolean {
    if (this.#isOver) return false;
    this.#sentBytes += bytes.length;
    try {
      if (!this.#isOpen) this.#stream.setContentType(STREAM_CONTENT_TYPE);
      this.#isOpen = true;
      const takesMore = this.#stream.write(bytes);
      if (!takesMore) this.#watchDrain();
      return takesMore;
    } catch (error) {
      // Such as a stream that something else has written to before.
      console.error("railhead: the response stream refused a response:", error);
      this.#lose();
      return false;
    }
  }

  #watchDrain(): void {
    if (this.#isWatched) return;
    this.#isWatched = true;
    // A socket that takes everything at once drains before the event loop turns: without a turn of its own, a handler
    // that never waits for anything would keep its deadline from coming.
    this.#stream.on("drain", () => setImmediate(() => this.#call.drained()));
  }

  #end(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#stream.end();
  }

  /** The platform takes no more. */
  #lose(): void {
    this.#settled.resolve();
    if (this.#isOver) return;
    this.#isOver = true;
    this.#call.cancel();
  }
}
