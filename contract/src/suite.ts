import { expect } from "vitest";
import { ContractClient } from "./client/client.ts";
import type { ClientProtocol } from "./client/dialect.ts";
import { fetchTransport } from "./client/transport.ts";
import { fromJson, toJson } from "./fixture/json.ts";
import { CALL_HEADER } from "./fixture/observe.ts";
import type { ContractCapabilities, ContractHarness, ContractOptions, ContractServer } from "./harness.ts";

let calls = 0;

/** What the groups of cases share: the harness, a server with default options, clients and probes. */
export class Suite {
  readonly can: ContractCapabilities;
  readonly #harness: ContractHarness;
  #server: ContractServer | undefined;
  /** By their options: some platforms take a second to start. */
  readonly #others = new Map<string, Promise<ContractServer>>();

  constructor(harness: ContractHarness) {
    this.can = harness.capabilities;
    this.#harness = harness;
  }

  get maxBufferedBytes(): number {
    return this.#harness.maxBufferedBytes ?? 24 * 1024 * 1024;
  }

  /** Every protocol that the platform can speak. */
  get protocols(): readonly ClientProtocol[] {
    return [...(this.can.trailers ? ["grpc" as const] : []), "grpc-web", "grpc-web-text", "connect"];
  }

  /** The code of what gRPC calls INTERNAL and Connect the client's fault. */
  faultCode(protocol: ClientProtocol): number {
    return protocol === "connect" ? 3 : 13;
  }

  /** Whether requests and responses can have messages of so many bytes. */
  carries(protocol: ClientProtocol, requestBytes: number, responseBytes: number): boolean {
    const { maxRequestBytes = Number.POSITIVE_INFINITY, maxResponseBytes = Number.POSITIVE_INFINITY } =
      this.can;
    const factor = protocol === "grpc-web-text" ? 4 / 3 : 1;
    return requestBytes * factor <= maxRequestBytes && responseBytes * factor <= maxResponseBytes;
  }

  async begin(): Promise<void> {
    this.#server = await this.#harness.start({});
  }

  async end(): Promise<void> {
    const servers = [this.#server, ...(await Promise.all(this.#others.values()))];
    this.#others.clear();
    await Promise.all(servers.map((server) => server?.close()));
  }

  /** A client of the server with default options. */
  client(protocol: ClientProtocol = "grpc-web"): ContractClient {
    if (this.#server === undefined) throw new Error("the server is not started");
    return this.#clientOf(this.#server, protocol);
  }

  /** A client of a server with these options, which is closed at the end of the suite. */
  async clientWith(options: ContractOptions, protocol: ClientProtocol = "grpc-web"): Promise<ContractClient> {
    const key = JSON.stringify(options);
    const server = this.#others.get(key) ?? this.#harness.start(options);
    this.#others.set(key, server);
    return this.#clientOf(await server, protocol);
  }

  #clientOf(server: ContractServer, protocol: ClientProtocol): ContractClient {
    return new ContractClient(server.url, this.#harness.transport ?? fetchTransport, protocol);
  }
}

/** A call by a name that no other call has: its header, and what the fixture saw of it. */
export class Probe {
  readonly headers: readonly (readonly [string, string])[];
  readonly #client: ContractClient;
  readonly #call: string;

  constructor(client: ContractClient, call = `call-${++calls}-${Math.random().toString(36).slice(2)}`) {
    // Probes themselves are plain unary calls, whatever protocol is under test.
    this.#client = client;
    this.#call = call;
    this.headers = [[CALL_HEADER, call]];
  }

  /** What happened so far. */
  events(): Promise<readonly string[]> {
    return this.#ask("Events", {});
  }

  /** Resolves with what happened, once `event` has. */
  until(event: string): Promise<readonly string[]> {
    return this.#ask("Until", { event });
  }

  /** Lets a handler go on that waits at its gate. */
  async open(): Promise<void> {
    await this.#ask("Open", {});
  }

  /**
   * How often an event has happened, once that has stopped to grow: the same over many questions in a row, each of
   * which gives the server a turn.
   */
  async settled(event: string): Promise<number> {
    let seen = -1;
    for (let same = 0; same < 25; same++) {
      const events = await this.events();
      const count = events.filter((one) => one === event).length;
      if (count !== seen) same = 0;
      seen = count;
    }
    return seen;
  }

  async #ask(method: string, fields: Readonly<Record<string, string>>): Promise<readonly string[]> {
    const answer = await this.#client.call(
      `/contract.Probe/${method}`,
      toJson({ call: this.#call, ...fields }),
    );
    expect(answer.code, `probe ${method}: ${answer.message}`).toBe(0);
    const { events } = fromJson(answer.messages[0] ?? new Uint8Array(0));
    if (!Array.isArray(events)) throw new TypeError("a probe gave no events");
    return events.map(String);
  }
}
