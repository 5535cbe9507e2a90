/** A signal that aborts with another, or by itself. */
export class AbortFollower {
  readonly #leader: AbortSignal | null | undefined;
  readonly #controller = new AbortController();
  readonly #aborted = Promise.withResolvers<never>();
  readonly #onAbort = (): void => this.abort(this.#leader?.reason);
  /**
   * Rejects with the reason. For what does not heed signals itself: an SDK that waits for its credentials, or for its
   * next attempt.
   */
  readonly aborted: Promise<never> = this.#aborted.promise;

  constructor(leader: AbortSignal | null | undefined) {
    this.#leader = leader;
    this.aborted.catch(() => {});
    if (leader?.aborted === true) this.#onAbort();
    else leader?.addEventListener("abort", this.#onAbort, { once: true });
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  abort(reason: unknown): void {
    this.stop();
    this.#controller.abort(reason);
    this.#aborted.reject(this.signal.reason);
  }

  /** Follows no longer. */
  stop(): void {
    this.#leader?.removeEventListener("abort", this.#onAbort);
  }
}
