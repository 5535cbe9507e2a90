import type { CancelReason } from "@railhead/core/transport";

/** What the calls of a server need to know of it, and the background work it waits for. */
export class Lifecycle {
  /** True from the moment the server cuts connections itself. */
  isStopping = false;
  /** True from the moment the server takes no new work. */
  isDraining = false;
  readonly #background = new Set<Promise<unknown>>();

  /** Why a call is over whose stream closed under it. */
  reasonOf(isReset: boolean): CancelReason {
    if (this.isStopping) return "shutdown";
    return isReset ? "client-reset" : "connection-lost";
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
