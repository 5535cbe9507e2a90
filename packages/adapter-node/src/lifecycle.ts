import type { CancelReason } from "@railhead/core/transport";

/** A call as its server sees it. */
export interface ActiveCall {
  cancel(reason: CancelReason): void;
}

/** What the calls of a server need to know of it, and the background work it waits for. */
export class Lifecycle {
  /** True from the moment the server takes no new work. */
  isDraining = false;
  readonly #background = new Set<Promise<unknown>>();
  readonly #calls = new Set<ActiveCall>();

  /** Remembers a call until it is over. */
  begin(call: ActiveCall): void {
    this.#calls.add(call);
  }

  end(call: ActiveCall): void {
    this.#calls.delete(call);
  }

  /** Tells the handlers of all calls that the server stops. */
  cancelCalls(): void {
    for (const call of this.#calls) call.cancel("shutdown");
  }

  /** Keeps work that `drain` shall wait for. The promise never rejects. */
  readonly waitUntil = (work: Promise<unknown>): void => {
    this.#background.add(work);
    void work.then(() => this.#background.delete(work));
  };

  /** Resolves when all background work, also what began meanwhile, is done. */
  async backgroundDone(): Promise<void> {
    while (this.#background.size > 0) await Promise.all(this.#background);
  }
}
