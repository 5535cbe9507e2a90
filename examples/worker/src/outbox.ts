/** Messages for one member of a room, until it fetches them. */
export class Outbox<T> implements AsyncIterable<T> {
  readonly #maxMessages: number;
  #messages: T[] = [];
  #isClosed = false;
  #error: unknown;
  #wake: (() => void) | undefined;

  /** @param maxMessages a member that falls further behind than this is put out */
  constructor(maxMessages: number) {
    this.#maxMessages = maxMessages;
  }

  push(message: T): void {
    if (this.#isClosed) return;
    this.#messages.push(message);
    if (this.#messages.length > this.#maxMessages) this.close(new Error("too far behind"));
    else this.#wake?.();
  }

  /** Ends the iteration once everything is fetched, with an error if there is one. */
  close(error?: unknown): void {
    this.#isClosed = true;
    this.#error = error;
    this.#wake?.();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<T> {
    for (;;) {
      yield* this.#messages.splice(0);
      if (this.#messages.length > 0) continue;
      if (this.#error !== undefined) throw this.#error;
      if (this.#isClosed) return;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }
}
