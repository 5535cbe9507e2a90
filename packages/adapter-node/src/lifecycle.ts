import type { CancelReason } from "@railhead/core/transport";

/** A call as its server sees it. */
export interface ActiveCall {
  /** Its neighbours in the server's list of calls, which alone sets them. */
  previous: ActiveCall | undefined;
  next: ActiveCall | undefined;
  cancel(reason: CancelReason): void;
}

/** What the calls of a server need to know of it, and the background work it waits for. */
export class Lifecycle {
  /** True from the moment the server takes no new work. */
  isDraining = false;
  readonly #background = new Set<Promise<unknown>>();
  /** The first of a linked list: a Set would keep what was deleted from it reachable until the next full collection. */
  #first: ActiveCall | undefined;

  /** Remembers a call until it is over. */
  begin(call: ActiveCall): void {
    call.next = this.#first;
    if (this.#first !== undefined) this.#first.previous = call;
    this.#first = call;
  }

  end(call: ActiveCall): void {
    const { previous, next } = call;
    if (previous !== undefined) previous.next = next;
    else if (this.#first === call) this.#first = next;
    if (next !== undefined) next.previous = previous;
    call.previous = undefined;
    call.next = undefined;
  }

  /** Tells the handlers of all calls that the server stops. */
  cancelCalls(): void {
    // All are gathered first: a call that ends in between would cut the list behind it.
    const calls: ActiveCall[] = [];
    for (let call = this.#first; call !== undefined; call = call.next) calls.push(call);
    for (const call of calls) call.cancel("shutdown");
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
