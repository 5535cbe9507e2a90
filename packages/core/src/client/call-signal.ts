import { deadlineExceeded } from "../call/failure.ts";
import { Timer } from "../call/timer.ts";
import type { GrpcError } from "../error.ts";
import { cancelledBy, clientError } from "./failure.ts";

/** What can end a call from the client's side: the caller's signal, the deadline, the call itself. */
export class CallSignal {
  /** Milliseconds since the epoch; Infinity without a deadline. */
  readonly deadlineAt: number;
  readonly #controller = new AbortController();
  readonly #callerSignal: AbortSignal | undefined;
  readonly #timer: Timer | undefined;
  /** Rejects when the call is ended. */
  readonly #ended = Promise.withResolvers<never>();
  #error: GrpcError | undefined;
  readonly #onAbort = (): void => this.end(cancelledBy(this.#callerSignal?.reason));

  constructor(callerSignal: AbortSignal | undefined, timeoutMs: number) {
    this.#ended.promise.catch(() => {});
    this.#callerSignal = callerSignal;
    this.deadlineAt = Date.now() + timeoutMs;
    if (callerSignal?.aborted) this.#onAbort();
    else if (timeoutMs <= 0) this.end(deadlineExceeded());
    else {
      callerSignal?.addEventListener("abort", this.#onAbort);
      if (timeoutMs < Infinity) {
        this.#timer = new Timer(timeoutMs, () => this.end(deadlineExceeded()));
      }
    }
  }

  /** For `fetch` and for interceptors. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** What ended the call, if it has been. */
  get error(): GrpcError | undefined {
    return this.#error;
  }

  end(error: GrpcError): void {
    if (this.#error !== undefined) return;
    this.#error = error;
    this.release();
    this.#ended.reject(error);
    this.#controller.abort(error);
  }

  /** The call has failed: ends what an interceptor did not wait for. Gives what the call fails with. */
  fail(thrown: unknown): GrpcError {
    const error = this.#error ?? clientError(thrown);
    this.end(error);
    return error;
  }

  /** The call is over: nothing of it stays with the clock or with the caller's signal. */
  release(): void {
    this.#timer?.clear();
    this.#callerSignal?.removeEventListener("abort", this.#onAbort);
  }

  /** The outcome of some work, or of the end of the call if that comes first. */
  async race<T>(work: Promise<T>): Promise<T> {
    if (this.#error === undefined) return Promise.race([work, this.#ended.promise]);
    work.catch(() => {});
    throw this.#error;
  }
}
