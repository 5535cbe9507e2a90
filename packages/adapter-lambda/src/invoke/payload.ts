import { internalError, invocationError } from "./failure.ts";
import { HeadReader, type ResponseHead } from "./head.ts";
import type { InvokeStreamEvent } from "./invoker.ts";

/** The response of one invocation, as its events come. */
export class Payload {
  readonly #events: AsyncIterator<InvokeStreamEvent>;
  #isComplete = false;

  constructor(events: AsyncIterable<InvokeStreamEvent>) {
    this.#events = events[Symbol.asyncIterator]();
  }

  /** Whether the last event has come. */
  get isComplete(): boolean {
    return this.#isComplete;
  }

  /** Reads as far as the head. Rejects with a GrpcError when the function failed before, or gave none. */
  async head(): Promise<ResponseHead> {
    const reader = new HeadReader();
    for (;;) {
      const chunk = await this.next();
      if (chunk === undefined) return reader.end();
      const head = reader.push(chunk);
      if (head !== undefined) return head;
    }
  }

  /** The next piece; undefined at the end. Rejects with a GrpcError when the function failed, or broke off. */
  async next(): Promise<Uint8Array | undefined> {
    while (!this.#isComplete) {
      const { done, value } = await this.#events.next();
      if (done === true) throw internalError("the invocation broke off");
      if (value.InvokeComplete !== undefined) this.#isComplete = true;
      const error = invocationError(value);
      if (error !== undefined) throw error;
      const chunk = value.PayloadChunk?.Payload;
      if (chunk !== undefined && chunk.length > 0) return chunk;
    }
    return undefined;
  }
}
