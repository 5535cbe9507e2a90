/** A signal that aborts with another, or by itself. */
export class AbortFollower {
  readonly #leader: AbortSignal | null | undefined;
  readonly #controller = new AbortController();
  readonly #onAbort = (): void => this.abort(this.#leader?.reason);

  constructor(leader: AbortSignal | null | undefined) {
    this.#leader = leader;
    if (leader?.aborted === true) this.#onAbort();
    else leader?.addEventListener("abort", this.#onAbort, { once: true });
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  abort(reason: unknown): void {
    this.stop();
    this.#controller.abort(reason);
  }

  /** Follows no longer. */
  stop(): void {
    this.#leader?.removeEventListener("abort", this.#onAbort);
  }
}
