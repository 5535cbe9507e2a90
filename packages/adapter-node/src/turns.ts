interface Waiter {
  readonly isWanted: () => boolean;
  readonly begin: () => void;
  readonly giveUp: (reason: Error) => void;
}

/** Lets so much work be under way at a time. The rest comes in its order, without what nobody wants any more by then. */
export class Turns {
  #free: number;
  readonly #waiting: Waiter[] = [];

  constructor(atATime: number) {
    this.#free = atATime;
  }

  /** Rejects with an Error where the work was no longer wanted at its turn. */
  async take<T>(work: () => Promise<T>, isWanted: () => boolean): Promise<T> {
    if (this.#free > 0) this.#free--;
    else await new Promise<void>((begin, giveUp) => this.#waiting.push({ isWanted, begin, giveUp }));
    try {
      return await work();
    } finally {
      this.#next();
    }
  }

  #next(): void {
    for (let waiter = this.#waiting.shift(); waiter !== undefined; waiter = this.#waiting.shift()) {
      if (waiter.isWanted()) {
        waiter.begin();
        return;
      }
      waiter.giveUp(new Error("nobody wants it any more"));
    }
    this.#free++;
  }
}
