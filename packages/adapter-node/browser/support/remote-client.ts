import type { Browser } from "playwright-core";
import type { Call, ClientEvent } from "../page.ts";

type EventOf<Type extends ClientEvent["type"]> = Extract<ClientEvent, { type: Type }>;

/** One call that runs in the page, seen from the test. */
export class RemoteCall {
  readonly events: ClientEvent[] = [];
  readonly #cancel: () => Promise<void>;
  #changed = Promise.withResolvers<void>();

  constructor(cancel: () => Promise<void>) {
    this.#cancel = cancel;
  }

  add(event: ClientEvent): void {
    this.events.push(event);
    this.#changed.resolve();
    this.#changed = Promise.withResolvers();
  }

  of<Type extends ClientEvent["type"]>(type: Type): EventOf<Type>[] {
    return this.events.filter((event): event is EventOf<Type> => event.type === type);
  }

  /** Resolves when the client has reported that many events of the type. */
  async until<Type extends ClientEvent["type"]>(type: Type, count = 1): Promise<EventOf<Type>[]> {
    while (this.of(type).length < count) await this.#changed.promise;
    return this.of(type);
  }

  /** Calls the client's own cancel(). */
  cancel(): Promise<void> {
    return this.#cancel();
  }
}

export interface RemoteClient {
  start(call: Omit<Call, "id">): Promise<RemoteCall>;
  close(): Promise<void>;
}

/** Opens the page of an origin in a browser session of its own. */
export async function openClient(browser: Browser, origin: string): Promise<RemoteClient> {
  const context = await browser.newContext();
  const page = await context.newPage();
  const calls = new Map<string, RemoteCall>();
  await page.exposeFunction("report", (id: string, event: ClientEvent) => calls.get(id)?.add(event));
  await page.goto(origin);
  return {
    async start(call) {
      const id = `call ${calls.size}`;
      const remote = new RemoteCall(() => page.evaluate((name) => window.cancelCall(name), id));
      calls.set(id, remote);
      await page.evaluate((whole) => window.startCall(whole), { ...call, id });
      return remote;
    },
    close: () => context.close(),
  };
}
