import type { GrpcError } from "../error.ts";
import type { ProtocolCall } from "../protocol/protocol.ts";
import type { CancelReason, Inbound, Outbound } from "../transport.ts";
import type { Frame, FrameReader } from "../wire/frame.ts";
import { cancellation, deadlineExceeded, report, toGrpcError } from "./failure.ts";
import { intercept } from "./interceptors.ts";
import { iterate, type MessageIterator } from "./iterate.ts";
import { MessageCodec } from "./message-codec.ts";
import { type Method, serverStreams } from "./method.ts";
import { ResponseStream } from "./response-stream.ts";
import type { ServerContext } from "./server-context.ts";
import type { Settings } from "./settings.ts";
import { Timer } from "./timer.ts";

/**
 * Clients round what is left of their time down to whole milliseconds: without this they would be told that it is over
 * when it is not, or just as they find out themselves.
 */
const ROUNDING_MS = 1;

/** Everything a call is made of. */
export interface CallParts {
  readonly method: Method;
  readonly protocol: ProtocolCall;
  readonly context: ServerContext;
  readonly settings: Settings;
  readonly out: Outbound;
}

/**
 * What calls of all kinds share: the clock, the run of the handler, the answer (one message or a stream of them), and
 * the one end, from whichever side it comes. How the request is read is the subclasses' part.
 */
export abstract class Call implements Inbound {
  abstract readonly appetite: Inbound["appetite"];
  protected readonly reader: FrameReader;
  protected readonly codec: MessageCodec;
  readonly #parts: CallParts;
  /** Set when the call has ended, by a response or by a cancellation: from then on nothing is read, run or sent. */
  #over = false;
  /** What it ended with, unless with success. */
  #error: GrpcError | undefined;
  #timer: Timer | undefined;
  /** The handler, or an interceptor, has not settled yet. */
  #isRunning = false;
  #value: unknown;
  #stream: ResponseStream | undefined;
  #iterator: MessageIterator | undefined;
  /** The end of an iteration that was broken off. */
  #closing: Promise<void> | undefined;

  /** Throws a WireFault when the request's headers cannot be served. */
  constructor(parts: CallParts) {
    const { method, protocol, settings, context } = parts;
    this.#parts = parts;
    this.codec = new MessageCodec(method, protocol, settings, context);
    this.reader = protocol.openReader(settings.maxReceiveMessageBytes);
  }

  /** Starts the clock; a call without time fails before its handler runs. */
  startTimer(timeoutMs: number): void {
    if (timeoutMs === Infinity) return;
    const { context, settings } = this.#parts;
    context.deadlineAt = Date.now() + timeoutMs;
    const start = (): void => {
      if (!this.#over) this.#timer = new Timer(timeoutMs + ROUNDING_MS, () => this.#expire());
    };
    if (timeoutMs <= 0) this.#expire();
    // Where a call comes whole, most are over by then, and never need a timer.
    else if (settings.keepsCalls) settings.whenIdle(start);
    else start();
  }

  receive(chunk: Uint8Array): boolean {
    if (this.#over) return true;
    try {
      return this.take(this.#parts.protocol.unwrap(chunk));
    } catch (fault) {
      this.fail(fault);
      return true;
    }
  }

  end(): void {
    if (this.#over) return;
    try {
      this.#parts.protocol.unwrapEnd();
      this.complete();
    } catch (fault) {
      this.fail(fault);
    }
  }

  drained(): void {
    this.#stream?.drained();
  }

  cancel(reason: CancelReason): void {
    if (this.#over) return;
    const error = cancellation(reason);
    this.#finish(error);
    this.#stream?.stop();
    this.#parts.context.abort(error);
  }

  /** Takes frame bytes of the body; false to pause the sender. May throw a WireFault. */
  protected abstract take(bytes: Uint8Array): boolean;
  /** The body is complete. May throw a WireFault. */
  protected abstract complete(): void;
  /** The call is over: nothing more is read. */
  protected abstract stopReading(error: GrpcError | undefined): void;
  /** The handler waits for a message that has not come yet. */
  protected abstract get isWaiting(): boolean;

  /** Runs the handler on its input, inside the interceptors, and sends what it gives. */
  protected run(input: unknown): void {
    if (this.#over) return;
    const { context, settings } = this.#parts;
    try {
      const work =
        settings.interceptors.length === 0
          ? this.#invoke(input)
          : intercept(settings.interceptors, context, () => this.#invoke(input));
      if (work === undefined) this.#answer();
      else {
        this.#isRunning = true;
        const done = work.then(
          () => {
            this.#isRunning = false;
            this.#answer();
          },
          (error: unknown) => {
            this.#isRunning = false;
            this.fail(error);
          },
        );
        // Told beforehand: Workers drop what a call still does, its `finally` above all, once its client is gone. Most
        // handlers are done before that can happen.
        if (settings.keepsCalls) {
          settings.whenIdle(() => {
            if (this.#isRunning) this.#keepAlive(done);
          });
        }
      }
    } catch (error) {
      this.fail(error);
    }
  }

  /** Ends the call with an error, if nothing has ended it yet. */
  protected fail(thrown: unknown): void {
    if (this.#over) return;
    const { context, settings } = this.#parts;
    try {
      this.#failWith(toGrpcError(thrown, context, settings));
    } catch (unusable) {
      // What was thrown cannot be looked at, or cannot be sent: that must not leave the client without an end. What comes
      // of trying may be no better.
      const error = new Error("unusable", { cause: unusable });
      this.#failWith(toGrpcError(error, context, settings));
    }
  }

  #failWith(error: GrpcError): void {
    const { context, protocol, out } = this.#parts;
    this.#finish(error);
    if (this.#stream !== undefined) this.#stream.close(error);
    else {
      const failed = protocol.fail(error, context.responseMetadataIfAny, context.responseTrailersIfAny);
      out.respond(failed.status, failed.headers, failed.body, failed.trailers);
    }
    // It may wait for nothing but its signal.
    if (this.#isRunning) context.abort(error);
  }

  /** Runs the handler; a stream is sent on the way, a single message kept for `#answer`. */
  #invoke(input: unknown): Promise<void> | undefined {
    // An interceptor may take longer than the call.
    if (this.#over) throw this.#error;
    const { method, context } = this.#parts;
    if (serverStreams(method.kind)) return this.#pump(input);
    const result = method.invoke(input, context);
    if (!isPromiseLike(result)) {
      this.#value = result;
      return undefined;
    }
    return Promise.resolve(result).then((value) => {
      this.#value = value;
    });
  }

  /** Sends each message as it comes, no faster than the client takes them. */
  async #pump(input: unknown): Promise<void> {
    const { method, out, protocol, context, settings } = this.#parts;
    out.watch?.();
    const stream = new ResponseStream(out, protocol, context, this.codec.responseEncoding, settings.whenIdle);
    this.#stream = stream;
    context.onSendHeaders = () => stream.start();
    const iterator = iterate(method.invoke(input, context));
    this.#iterator = iterator;
    for (;;) {
      let step: IteratorResult<unknown>;
      try {
        const pending = iterator.next();
        // A handler that waits for its client gives nothing before the client has what there is.
        if (this.isWaiting) stream.flush();
        else stream.flushWhenIdle();
        step = await pending;
      } catch (error) {
        // What has failed is over: told to stop, a ReadableStream would only fail once more.
        this.#iterator = undefined;
        throw error;
      }
      if (step.done === true) this.#iterator = undefined;
      if (this.#over) break;
      if (step.done === true) return;
      const message = this.codec.write(step.value);
      const full = stream.write(message instanceof Promise ? await message : message);
      if (full !== undefined) await full;
      if (this.#over) break;
    }
    // Interceptors learn of the end when the handler has had its own; one that ended its call itself had no iterator yet.
    await (this.#closing ?? this.#closeIterator());
    throw this.#error;
  }

  /** The handler and the interceptors are done: the response, or its end. */
  #answer(): void {
    if (this.#over) return;
    if (this.#stream !== undefined) {
      this.#finish(undefined);
      this.#stream.close(undefined);
      return;
    }
    try {
      const message = this.codec.write(this.#value);
      if (!(message instanceof Promise)) this.#respond(message);
      else {
        message.then((compressed) => this.#respond(compressed)).catch((error: unknown) => this.fail(error));
      }
    } catch (error) {
      this.fail(error);
    }
  }

  #respond(message: Frame): void {
    if (this.#over) return;
    const { protocol, context, out } = this.#parts;
    const { status, headers, body, trailers } = protocol.answer(
      message,
      message.flags === 0 ? undefined : this.codec.responseEncoding,
      context.responseMetadataIfAny,
      context.responseTrailersIfAny,
    );
    this.#finish(undefined);
    out.respond(status, headers, body, trailers);
  }

  #expire(): void {
    // Past mapError, whose subject is what handlers throw.
    this.#failWith(deadlineExceeded());
  }

  /** Marks the end and lets go of everything but the response. */
  #finish(error: GrpcError | undefined): void {
    this.#over = true;
    this.codec.isWanted = false;
    this.#error = error;
    this.#timer?.clear();
    this.stopReading(error);
    if (this.#iterator === undefined) return;
    this.#closing = this.#closeIterator();
    this.#keepAlive(this.#closing);
  }

  #keepAlive(work: Promise<void>): void {
    this.#parts.settings.waitUntil(work, this.#parts.context.platform);
  }

  /** Runs the `finally` of a handler that is not read to its end. */
  async #closeIterator(): Promise<void> {
    try {
      await this.#iterator?.return?.();
    } catch (error) {
      report(error, this.#parts.context, this.#parts.settings);
    }
  }
}

function isPromiseLike(value: unknown): value is PromiseLike<unknown> {
  return typeof (value as Partial<PromiseLike<unknown>> | null | undefined)?.then === "function";
}
