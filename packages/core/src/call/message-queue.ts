import type { GrpcError } from "../error.ts";
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
  /** Set once the queue is over before its end: by an error, or by a handler that stopped reading. */
  #stopped: { readonly error: unknown } | undefined;

  constructor(reader: FrameReader, codec: MessageCodec, resumeReading: () => void) {
    this.#reader = reader;
    this.#codec = codec;
    this.#resumeReading = resumeReading;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  /** Takes bytes of the body; false to pause the sender. */
  receive(bytes: Uint8Array): boolean {
    if (this.#stopped !== undefined) return true;
    this.#reader.push(bytes);
    this.#serve();
    this.#paused = this.#waiters.length === 0 && this.#reader.bufferedBytes > PAUSE_BYTES;
    return !this.#paused;
  }

  end(): void {
    this.#ended = true;
    this.#serve();
  }

  /** Ends the queue early: every read, now and later, fails with the error. */
  stop(error: GrpcError | Error): void {
    this.#stopped ??= { error };
    this.#paused = false;
    const step = quiet(Promise.reject(this.#stopped.error));
    for (const waiter of this.#waiters.splice(0)) settle(waiter, step);
  }

  next(): Promise<Step> {
    const step = this.#waiters.length === 0 ? this.#take() : undefined;
    if (step !== undefined) return Promise.resolve(step);
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
    this.#stopped ??= { error: undefined };
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
    if (this.#stopped !== undefined) {
      return this.#stopped.error === undefined ? DONE : quiet(Promise.reject(this.#stopped.error));
    }
    try {
      const frame = this.#reader.next();
      if (frame !== undefined) return this.#step(this.#codec.read(frame));
      if (!this.#ended) return undefined;
      this.#reader.end();
      return DONE;
    } catch (fault) {
      this.#stopped = { error: fault };
      return quiet(Promise.reject(fault));
    }
  }

  #step(message: unknown): Step | Promise<Step> {
    if (!(message instanceof Promise)) return { done: false, value: message };
    const step = message.then(
      (value): Step => ({ done: false, value }),
      (fault: unknown) => {
        this.#stopped ??= { error: fault };
        throw fault;
      },
    );
    return quiet(step);
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
