import type { Output } from "./output.ts";
import { ConnectionFault, ErrorCode, FIRST_WINDOW_BYTES, MAX_FRAME_BYTES, MAX_UINT31 } from "./protocol.ts";

/** A stream that has something to send. */
export interface Sender {
  /** What its client takes; may be less than nothing (RFC 9113, section 6.9.2). */
  sendWindow: number;
  /** It is in the queue. */
  isWaiting: boolean;
  /** Its turn has come, for one grant; for more it has to queue again where others wait. */
  sendNext(): void;
}

/** Shares out what a connection may send among its streams: they wait in a queue where window or socket are full. */
export class SendTurns {
  readonly #output: Output;
  /** Runs what comes in a turn of its own. */
  readonly #guard: (work: () => void) => void;
  readonly #waiting: Sender[] = [];
  /** Of the connection. */
  #window = FIRST_WINDOW_BYTES;
  #isScheduled = false;
  /** Whose turn it is. */
  #next: Sender | undefined;

  constructor(output: Output, guard: (work: () => void) => void) {
    this.#output = output;
    this.#guard = guard;
  }

  /** Queues a sender that cannot go on at once: the way is not free, or others wait. @returns whether that was so */
  queue(sender: Sender): boolean {
    if (sender === this.#next) {
      this.#next = undefined;
      return false;
    }
    if (this.#waiting.length === 0 && this.#isOpen) return false;
    if (!sender.isWaiting) this.#waiting.push(sender);
    sender.isWaiting = true;
    return true;
  }

  /** A sender that is closed waits no longer. */
  forget(sender: Sender): void {
    if (!sender.isWaiting) return;
    sender.isWaiting = false;
    this.#waiting.splice(this.#waiting.indexOf(sender), 1);
  }

  /** How much of so many bytes a sender may send now, in one frame. 0: it has to wait, for its turn or its own window. */
  grant(sender: Sender, bytes: number): number {
    if (sender.sendWindow <= 0 || this.queue(sender)) return 0;
    const granted = Math.min(bytes, sender.sendWindow, this.#window, MAX_FRAME_BYTES);
    sender.sendWindow -= granted;
    this.#window -= granted;
    return granted;
  }

  /** WINDOW_UPDATE for the connection. */
  open(bytes: number): void {
    if (bytes === 0) throw new ConnectionFault(ErrorCode.PROTOCOL_ERROR, "a window that opens by nothing");
    this.#window += bytes;
    if (this.#window > MAX_UINT31)
      throw new ConnectionFault(ErrorCode.FLOW_CONTROL_ERROR, "a window that is too large");
    this.#run();
  }

  /** The output may take more. In another turn: a stream that never waits would keep the event loop from all else. */
  wake(): void {
    if (this.#isScheduled || this.#waiting.length === 0 || !this.#isOpen) return;
    this.#isScheduled = true;
    setImmediate(() => {
      this.#isScheduled = false;
      this.#guard(() => this.#run());
    });
  }

  #run(): void {
    while (this.#waiting.length > 0 && this.#isOpen) {
      const sender = this.#waiting.shift() as Sender;
      sender.isWaiting = false;
      this.#next = sender;
      sender.sendNext();
      this.#next = undefined;
    }
  }

  get #isOpen(): boolean {
    return this.#window > 0 && !this.#output.isFull;
  }
}
