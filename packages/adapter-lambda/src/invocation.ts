import type { LambdaContext, LambdaPlatform } from "./lambda-context.ts";

/** One invocation: what it was asked, the time it has, and the work that it has promised to finish. */
export class Invocation<Event = unknown, Context extends LambdaContext = LambdaContext>
  implements LambdaPlatform<Event, Context>
{
  readonly event: Event;
  readonly context: Context;
  readonly #flushMarginMs: number;
  readonly #background = new Set<Promise<unknown>>();

  constructor(event: Event, context: Context, flushMarginMs: number) {
    this.event = event;
    this.context = context;
    this.#flushMarginMs = flushMarginMs;
  }

  /** Milliseconds that a call which begins now may take. */
  get callTimeoutMs(): number {
    return this.context.getRemainingTimeInMillis() - this.#flushMarginMs;
  }

  /** Keeps work that the invocation shall wait for. The promise never rejects. */
  waitUntil(work: Promise<unknown>): void {
    this.#background.add(work);
    void work.then(() => this.#background.delete(work));
  }

  /**
   * Resolves when all background work, also what began meanwhile, is done, or when there is no time left for it: the
   * platform would end the process then. Work that goes on is frozen with the process, until its next invocation.
   */
  async backgroundDone(): Promise<void> {
    if (this.#background.size === 0) return;
    // The first half of the margin belongs to the end of the response, the second to the way back to the platform.
    const leftMs = this.context.getRemainingTimeInMillis() - this.#flushMarginMs / 2;
    const clock = Promise.withResolvers<void>();
    const timer = setTimeout(clock.resolve, Math.max(0, leftMs));
    await Promise.race([this.#allDone(), clock.promise]);
    clearTimeout(timer);
  }

  async #allDone(): Promise<void> {
    while (this.#background.size > 0) await Promise.all(this.#background);
  }
}
