import { type CallOptions, ContractClient } from "@railhead/contract";
import { http1Transport, type Leaving } from "./http1-transport.ts";
import type { Workerd } from "./workerd.ts";

let calls = 0;

/** A client of the lifecycle worker, for one call that a test watches. */
export class WatchedCall {
  readonly client: ContractClient;
  readonly #id = `call-${++calls}`;
  readonly #leave = new AbortController();

  constructor(workerd: Workerd, leaving: Leaving = "RST") {
    this.client = new ContractClient(workerd.url, http1Transport(leaving), "grpc-web");
  }

  get options(): CallOptions {
    return { headers: [["x-call", this.#id]], signal: this.#leave.signal };
  }

  /** Closes or cuts the connection. */
  leave(): void {
    this.#leave.abort();
  }

  /** What the handler did so far, in order. */
  events(): Promise<readonly string[]> {
    return this.#ask("Events");
  }

  /** Asks until `event` has happened. */
  async until(event: string): Promise<readonly string[]> {
    for (;;) {
      const events = await this.events();
      if (events.includes(event)) return events;
    }
  }

  /** Lets a handler go on that waits to be opened. */
  async open(): Promise<void> {
    await this.#ask("Open");
  }

  async #ask(method: string): Promise<readonly string[]> {
    const { messages } = await this.client.call(`/test.Log/${method}`, new TextEncoder().encode(this.#id));
    const events: unknown = JSON.parse(new TextDecoder().decode(messages[0]));
    if (!Array.isArray(events)) throw new TypeError("the log gave no events");
    return events.map(String);
  }
}
