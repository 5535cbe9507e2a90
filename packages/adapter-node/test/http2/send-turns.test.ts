import { setImmediate } from "node:timers/promises";
import fc from "fast-check";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import type { Output } from "../../src/http2/output.ts";
import { ErrorCode } from "../../src/http2/protocol.ts";
import { type Sender, SendTurns } from "../../src/http2/send-turns.ts";
import { faultCode } from "./support/fault-code.ts";

const FIRST_WINDOW = 65_535;
const FRAME = 16_384;
const MOST = 2 ** 31 - 1;

/** Turns on an output that takes so many bytes until it is emptied. */
function turnsOf(room = Number.POSITIVE_INFINITY, guard: (work: () => void) => void = (work) => work()) {
  const output = { left: room, isFull: false };
  const turns = new SendTurns(output as unknown as Output, guard);
  const use = (bytes: number): void => {
    output.left -= bytes;
    output.isFull = output.left <= 0;
  };
  /** The socket has taken what there was. */
  const empty = async (): Promise<void> => {
    output.left = room;
    output.isFull = room <= 0;
    turns.wake();
    await setImmediate();
  };
  return { turns, output, use, empty };
}

type Made = ReturnType<typeof turnsOf>;

/** A stream as the real ones are: sends what it has, and is told when it may have more. */
class TestSender implements Sender {
  sendWindow = MOST;
  isWaiting = false;
  left = 0;
  /** The sizes of its frames. */
  readonly frames: number[] = [];
  /** How often it was called. */
  turns = 0;
  drained = 0;
  owesDrained = false;
  onDrained: () => void = () => {};
  readonly #made: Made;
  readonly #log: TestSender[];

  constructor(made: Made, log: TestSender[] = []) {
    this.#made = made;
    this.#log = log;
  }

  get sent(): number {
    return this.frames.reduce((sum, bytes) => sum + bytes, 0);
  }

  write(bytes: number): boolean {
    this.left += bytes;
    this.#send();
    this.owesDrained = this.left > 0 || this.#made.turns.queue(this);
    return !this.owesDrained;
  }

  sendNext(): void {
    this.turns++;
    this.#send();
    if (!this.owesDrained || this.left > 0 || this.#made.turns.queue(this)) return;
    this.owesDrained = false;
    this.drained++;
    this.onDrained();
  }

  #send(): void {
    while (this.left > 0) {
      const bytes = this.#made.turns.grant(this, this.left);
      if (bytes === 0) return;
      this.left -= bytes;
      this.frames.push(bytes);
      this.#log.push(this);
      this.#made.use(bytes);
    }
  }
}

describe("a grant", () => {
  test("is what is asked for, where all is open", () => {
    const made = turnsOf();
    const sender = new TestSender(made);
    expect(made.turns.grant(sender, 100)).toBe(100);
    expect(sender.sendWindow).toBe(MOST - 100);
    expect(sender.isWaiting).toBe(false);
  });

  test("is a frame at most", () => {
    const made = turnsOf();
    expect(made.turns.grant(new TestSender(made), FRAME + 1)).toBe(FRAME);
  });

  test("is what the stream's window takes", () => {
    const made = turnsOf();
    const sender = new TestSender(made);
    sender.sendWindow = 50;
    expect(made.turns.grant(sender, 100)).toBe(50);
    expect(made.turns.grant(sender, 100)).toBe(0);
    expect(sender.isWaiting).toBe(false);
  });

  test.each([0, -1, -1000])("is nothing for a window of %i, which waits for no turn", (window) => {
    const made = turnsOf();
    const sender = new TestSender(made);
    sender.sendWindow = window;
    for (const isFull of [false, true]) {
      made.output.isFull = isFull;
      expect(made.turns.grant(sender, 100)).toBe(0);
      expect(sender.sendWindow).toBe(window);
      expect(sender.isWaiting).toBe(false);
    }
  });

  test("is what the connection's window takes, over all streams", () => {
    const made = turnsOf();
    const [first, second] = [new TestSender(made), new TestSender(made)];
    first.write(FIRST_WINDOW - 10);
    expect(made.turns.grant(second, 100)).toBe(10);
    expect(made.turns.grant(second, 90)).toBe(0);
    expect(second.isWaiting).toBe(true);
  });

  test("is nothing while the output is full", () => {
    const made = turnsOf(0);
    made.output.isFull = true;
    const sender = new TestSender(made);
    expect(made.turns.grant(sender, 100)).toBe(0);
    expect(sender.isWaiting).toBe(true);
  });
});

describe("the connection's window", () => {
  test("opens for those that wait, in their order", () => {
    const made = turnsOf();
    const log: TestSender[] = [];
    const [first, second, third] = [
      new TestSender(made),
      new TestSender(made, log),
      new TestSender(made, log),
    ];
    first.write(FIRST_WINDOW);
    expect(second.write(100)).toBe(false);
    expect(third.write(100)).toBe(false);
    made.turns.open(150);
    expect(log).toEqual([second, third]);
    expect([second.frames, third.frames]).toEqual([[100], [50]]);
    made.turns.open(50);
    expect(third.frames).toEqual([50, 50]);
    expect(third.isWaiting).toBe(true);
    made.turns.open(1);
    expect([second.drained, third.drained]).toEqual([1, 1]);
  });

  test("does not open by nothing", () => {
    expect(faultCode(() => turnsOf().turns.open(0))).toBe(ErrorCode.PROTOCOL_ERROR);
  });

  test("does not open too far", () => {
    expect(faultCode(() => turnsOf().turns.open(MOST - FIRST_WINDOW))).toBeUndefined();
    expect(faultCode(() => turnsOf().turns.open(MOST - FIRST_WINDOW + 1))).toBe(ErrorCode.FLOW_CONTROL_ERROR);
  });

  test("may be opened again by what was used", () => {
    const made = turnsOf();
    made.turns.open(MOST - FIRST_WINDOW);
    new TestSender(made).write(1000);
    expect(faultCode(() => made.turns.open(1000))).toBeUndefined();
    expect(faultCode(() => made.turns.open(1))).toBe(ErrorCode.FLOW_CONTROL_ERROR);
  });

  test("is not used while the output is full", async () => {
    const made = turnsOf(FRAME);
    const [first, second] = [new TestSender(made), new TestSender(made)];
    first.write(FRAME);
    second.write(100);
    made.turns.open(1000);
    expect(second.frames).toEqual([]);
    await made.empty();
    expect(second.frames).toEqual([100]);
  });
});

describe("an output that was emptied", () => {
  test("is used in another turn of the event loop", async () => {
    const made = turnsOf(FRAME);
    const sender = new TestSender(made);
    expect(sender.write(FRAME + 1)).toBe(false);
    made.output.isFull = false;
    made.turns.wake();
    for (let microtask = 0; microtask < 10; microtask++) await Promise.resolve();
    await new Promise((resolve) => process.nextTick(resolve));
    expect(sender.frames).toEqual([FRAME]);
    await setImmediate();
    expect(sender.frames).toEqual([FRAME, 1]);
  });

  test("is used under guard, for there is nobody else to catch what goes wrong", async () => {
    const caught: unknown[] = [];
    const made = turnsOf(FRAME, (work) => {
      try {
        work();
      } catch (error) {
        caught.push(error);
      }
    });
    const sender = new TestSender(made);
    sender.write(FRAME + 1);
    sender.onDrained = () => {
      throw new Error("a fault");
    };
    await made.empty();
    expect(caught).toEqual([new Error("a fault")]);
  });

  test("is waited for once", () => {
    vi.useFakeTimers({ toFake: ["setImmediate"] });
    onTestFinished(() => void vi.useRealTimers());
    const made = turnsOf(FRAME);
    made.turns.wake();
    expect(vi.getTimerCount()).toBe(0);
    new TestSender(made).write(FRAME + 1);
    made.turns.wake();
    expect(vi.getTimerCount()).toBe(0);
    made.output.isFull = false;
    for (let times = 0; times < 3; times++) made.turns.wake();
    expect(vi.getTimerCount()).toBe(1);
  });

  test("and is full again by then is left alone", async () => {
    const made = turnsOf(FRAME);
    const sender = new TestSender(made);
    sender.write(FRAME + 1);
    made.output.isFull = false;
    made.turns.wake();
    made.output.isFull = true;
    await setImmediate();
    expect(sender.frames).toEqual([FRAME]);
    await made.empty();
    expect(sender.frames).toEqual([FRAME, 1]);
  });

  test("wakes nobody while the window is shut", async () => {
    const made = turnsOf();
    const sender = new TestSender(made);
    sender.write(FIRST_WINDOW + 1);
    await made.empty();
    expect(sender.left).toBe(1);
    made.turns.open(1);
    expect(sender.left).toBe(0);
  });

  test("wakes again as often as it is emptied", async () => {
    const made = turnsOf(FRAME);
    made.turns.open(MOST - FIRST_WINDOW);
    const sender = new TestSender(made);
    sender.write(10 * FRAME);
    for (let times = 1; times < 10; times++) await made.empty();
    expect(sender.frames).toEqual(Array(10).fill(FRAME));
    expect(sender.drained).toBe(0);
    await made.empty();
    expect(sender.drained).toBe(1);
  });
});

describe("the queue", () => {
  test("is not joined where nobody waits and all is open", () => {
    const made = turnsOf();
    const sender = new TestSender(made);
    expect(made.turns.queue(sender)).toBe(false);
    expect(sender.isWaiting).toBe(false);
  });

  test("is joined once", () => {
    const made = turnsOf();
    const log: TestSender[] = [];
    const [first, second] = [new TestSender(made), new TestSender(made, log)];
    first.write(FIRST_WINDOW);
    second.write(10);
    for (let times = 0; times < 3; times++) expect(made.turns.queue(second)).toBe(true);
    made.turns.open(20);
    expect(log).toEqual([second]);
    expect(second.turns).toBe(1);
  });

  test("is joined by all that come behind those that wait, were all open", () => {
    const made = turnsOf(FRAME);
    const [first, second] = [new TestSender(made), new TestSender(made)];
    first.write(FRAME + 1);
    made.output.isFull = false;
    second.write(1);
    expect(second.frames).toEqual([]);
    expect(second.isWaiting).toBe(true);
  });

  test("gives a turn for one grant while others wait", () => {
    const made = turnsOf();
    const log: TestSender[] = [];
    const senders = Array.from({ length: 3 }, () => new TestSender(made, log));
    new TestSender(made).write(FIRST_WINDOW);
    for (const sender of senders) sender.write(2 * FRAME);
    made.turns.open(6 * FRAME);
    expect(log).toEqual([...senders, ...senders]);
  });

  test("a turn that is not used is lost", () => {
    const made = turnsOf();
    const [first, idle] = [new TestSender(made), new TestSender(made)];
    first.write(FIRST_WINDOW);
    made.turns.queue(idle);
    made.turns.open(1000);
    const other = new TestSender(made);
    expect(other.write(1000)).toBe(false);
    // The way is shut: nothing is left of the turn that `idle` has had.
    expect(made.turns.queue(idle)).toBe(true);
  });

  test("lets go of a sender that comes without something to send", () => {
    const made = turnsOf();
    const [first, second] = [new TestSender(made), new TestSender(made)];
    first.write(FIRST_WINDOW);
    second.write(10);
    second.left = 0;
    second.owesDrained = false;
    made.turns.open(1000);
    expect(second.isWaiting).toBe(false);
    expect(second.frames).toEqual([]);
    expect(first.write(999)).toBe(true);
  });

  test("can be left", () => {
    const made = turnsOf();
    const log: TestSender[] = [];
    const senders = Array.from({ length: 3 }, () => new TestSender(made, log));
    const [first, second, third] = senders as [TestSender, TestSender, TestSender];
    new TestSender(made).write(FIRST_WINDOW);
    for (const sender of senders) sender.write(10);
    made.turns.forget(second);
    made.turns.forget(second);
    expect(second.isWaiting).toBe(false);
    made.turns.open(100);
    expect(log).toEqual([first, third]);
    made.turns.forget(third);
  });

  test("is left by one that does not wait without a trace", () => {
    const made = turnsOf();
    const [first, second] = [new TestSender(made), new TestSender(made)];
    first.write(FIRST_WINDOW);
    second.write(10);
    made.turns.forget(first);
    made.turns.open(10);
    expect(second.frames).toEqual([10]);
  });

  test("can be left and joined again", () => {
    const made = turnsOf();
    const [first, second] = [new TestSender(made), new TestSender(made)];
    first.write(FIRST_WINDOW);
    second.write(10);
    made.turns.forget(second);
    expect(made.turns.queue(second)).toBe(true);
    made.turns.open(10);
    expect(second.frames).toEqual([10]);
  });

  test("comes to an end where all only wait to be told that they may send", () => {
    const made = turnsOf();
    const senders = Array.from({ length: 100 }, () => new TestSender(made));
    new TestSender(made).write(FIRST_WINDOW);
    for (const sender of senders) {
      made.turns.queue(sender);
      sender.owesDrained = true;
    }
    made.turns.open(1000);
    expect(senders.map(({ drained }) => drained)).toEqual(Array(100).fill(1));
    expect(senders.some(({ isWaiting }) => isWaiting)).toBe(false);
  });

  test("a stream whose window shuts while it waits does not hold up the others", () => {
    const made = turnsOf();
    const [first, second, third] = [new TestSender(made), new TestSender(made), new TestSender(made)];
    first.write(FIRST_WINDOW);
    second.write(10);
    third.write(10);
    second.sendWindow = -5;
    made.turns.open(100);
    expect(second.frames).toEqual([]);
    expect(third.frames).toEqual([10]);
    second.sendWindow = 10;
    second.sendNext();
    expect(second.frames).toEqual([10]);
  });
});

test("streams that never stop share a connection evenly", async () => {
  const made = turnsOf(4 * FRAME);
  made.turns.open(MOST - FIRST_WINDOW);
  const senders = Array.from({ length: 10 }, () => new TestSender(made));
  for (const [at, sender] of senders.entries()) {
    // From a few bytes to more than a frame at a time.
    const bytes = 1000 * (at + 1) ** 2;
    sender.onDrained = () => {
      while (sender.write(bytes));
    };
    while (sender.write(bytes));
  }
  for (let times = 0; times < 500; times++) await made.empty();
  const turns = senders.map(({ frames }) => frames.length);
  expect(Math.min(...turns)).toBeGreaterThan(80);
  expect(Math.max(...turns)).toBeLessThanOrEqual(4 * Math.min(...turns));
});

test("whatever opens and shuts, all that can be sent is sent in the end, and no more than the windows take", async () => {
  const step = fc.oneof(
    fc.record({ write: fc.integer({ min: 1, max: 40_000 }), by: fc.nat(4) }),
    fc.record({ window: fc.integer({ min: -20_000, max: 40_000 }), by: fc.nat(4) }),
    fc.record({ open: fc.integer({ min: 1, max: 60_000 }) }),
    fc.constant("empty" as const),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 60, size: "max" }), async (steps) => {
      const made = turnsOf(2 * FRAME);
      const senders = Array.from({ length: 5 }, () => new TestSender(made));
      for (const sender of senders) sender.sendWindow = FIRST_WINDOW;
      let connection = FIRST_WINDOW;
      const windows = senders.map(() => FIRST_WINDOW);
      const written = senders.map(() => 0);
      for (const next of steps) {
        if (next === "empty") await made.empty();
        else if ("open" in next) {
          connection += next.open;
          made.turns.open(next.open);
        } else {
          const sender = senders[next.by] as TestSender;
          if ("window" in next) {
            windows[next.by] = (windows[next.by] as number) + next.window;
            sender.sendWindow += next.window;
            sender.sendNext();
          } else if (!sender.owesDrained) {
            written[next.by] = (written[next.by] as number) + next.write;
            sender.write(next.write);
          }
        }
        expect(senders.reduce((sum, { sent }) => sum + sent, 0)).toBeLessThanOrEqual(connection);
      }
      // Windows may have shrunk behind what was sent already.
      for (const [at, sender] of senders.entries())
        expect(sender.sendWindow).toBe((windows[at] ?? 0) - sender.sent);
      made.turns.open(2 ** 24);
      for (const sender of senders) {
        sender.sendWindow = 2 ** 24;
        sender.sendNext();
      }
      for (let times = 0; times < 400; times++) await made.empty();
      expect(senders.map(({ sent }) => sent)).toEqual(written);
      expect(senders.some(({ isWaiting, owesDrained }) => isWaiting || owesDrained)).toBe(false);
    }),
    { numRuns: 60 },
  );
});
