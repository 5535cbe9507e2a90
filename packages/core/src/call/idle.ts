/**
 * So many turns of the microtask queue in a row without a message: a generator that yields what it has at hand needs
 * about three a message, one that waits for anything real never comes back in time.
 */
const IDLE_TURNS = 8;

const SETTLED: Promise<void> = Promise.resolve();

/** Calls back later than code that only waits for settled promises. Platforms with a better way bring their own. */
export function afterIdleTurns(callback: () => void): void {
  let turns = 0;
  // Not queueMicrotask(), which costs a call out of the engine in workerd, several times more than all the turns.
  const turn = (): void => {
    if (++turns < IDLE_TURNS) void SETTLED.then(turn);
    else callback();
  };
  void SETTLED.then(turn);
}
