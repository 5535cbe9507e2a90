import { GrpcError } from "../error.ts";
import { GrpcStatusCode } from "../status.ts";
import type { FrameReader } from "../wire/frame.ts";
import type { MessageCodec } from "./message-codec.ts";

/** Bytes of unread messages beyond which the sender is told to pause. */
const PAUSE_BYTES = 64 * 1024;

type Step = IteratorResult<unknown, undefined>;

type Waiter = PromiseWithResolvers<Step>;

const DONE: Step = { done: true, value: undefined };

/**
 * The messages of a streaming request, as the handler iterates over them. Frames stay bytes until the handler asks:
 * no more than one message is decompressed or decoded ahead of it, and a handler that does not ask pauses the sender.
 */
export class MessageQueue implements AsyncIterableIterator<unknown, undefined> {
  readonly #reader: FrameReader;
  readonly #codec: MessageCodec;
  readonly #resumeReading: () => void;
  #waiters: Waiter[] = [];
  #ended = false;
  #paused = false;
  /** What reads give once the queue is over before its end: by an error, or by a handler that stopped reading. */
  #over: (() => Step | Promise<Step>) | undefined;

  constructor(reader: FrameReader, codec: MessageCodec, resumeReading: () => void) {
    this.#reader = reader;
    this.#codec = codec;
    this.#resumeReading = resumeReading;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  /** A read waits for a message that has not come yet. */
  get isWaitedFor(): boolean {
    return this.#waiters.length > 0;
  }

  /** Takes bytes of the body; false to pause the sender. */
  receive(bytes: Uint8Array): boolean {
    if (this.#over !== undefined) return true;
    this.#reader.push(bytes);
    this.#serve();
    this.#paused = this.#waiters.length === 0 && this.#reader.bufferedBytes > PAUSE_BYTES;
    return !this.#paused;
  }

  end(): void {
    this.#ended = true;
    this.#serve();
  }

  /** Ends the queue early: every read, now and later, fails with the error; undefined: the call has succeeded. */
  stop(error: GrpcError | undefined): void {
    // Hardly anyone reads on, and an error with its stack costs more than a message.
    this.#over ??= () => Promise.reject(error ?? new GrpcError(GrpcStatusCode.CANCELLED, "the call is over"));
    this.#paused = false;
    for (const waiter of this.#waiters.splice(0)) settle(waiter, this.#over());
  }

  next(): Promise<Step> {
    const step = this.#take();
    if (step !== undefined) return step instanceof Promise ? quiet(step) : Promise.resolve(step);
    const waiter = Promise.withResolvers<Step>();
    this.#waiters.push(waiter);
    if (this.#paused) {
      this.#paused = false;
      this.#resumeReading();
    }
    return waiter.promise;
  }

  /** The handler does not want the rest: it is thrown away as it comes. */
  return(): Promise<Step> {
    this.#over ??= () => DONE;
    for (const waiter of this.#waiters.splice(0)) waiter.resolve(DONE);
    if (this.#paused) {
      this.#paused = false;
      this.#resumeReading();
    }
    return Promise.resolve(DONE);
  }

  /** Hands out what is there to those who wait. */
  #serve(): void {
    while (this.#waiters.length > 0) {
      const step = this.#take();
      if (step === undefined) return;
      const waiter = this.#waiters.shift();
      if (waiter !== undefined) settle(waiter, step);
    }
  }

  /** The next step, or undefined when it is not known yet. A faulty body ends the queue. */
  #take(): Step | Promise<Step> | undefined {
    if (this.#over !== undefined) return this.#over();
    try {
      const frame = this.#reader.next();
      if (frame !== undefined) return this.#step(this.#codec.read(frame));
      if (!this.#ended) return undefined;
      this.#reader.end();
      return DONE;
    } catch (fault) {
      this.#over = () => Promise.reject(fault);
      return this.#over();
    }
  }

  #step(message: unknown): Step | Promise<Step> {
    if (!(message instanceof Promise)) return { done: false, value: message };
    return message.then(
      (value): Step => ({ done: false, value }),
      (fault: unknown) => {
        this.#over ??= () => Promise.reject(fault);
        throw fault;
      },
    );
  }
}

function settle(waiter: Waiter, step: Step | Promise<Step>): void {
  if (step instanceof Promise) void quiet(waiter.promise);
  waiter.resolve(step);
}

/** A handler may ask for a message and then go another way; that must not end in an unhandled rejection. */
function quiet<T>(promise: Promise<T>): Promise<T> {
  promise.catch(() => {});
  return promise;
}
