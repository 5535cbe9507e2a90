import { expect, vi } from "vitest";
import type { MethodRegistry } from "../../src/call/method.ts";
import { createServer } from "../../src/call/server.ts";
import type { AdapterOptions } from "../../src/options.ts";
import type { CancelReason, Inbound, RequestHead } from "../../src/transport.ts";
import { frame, splitFrames } from "./bytes.ts";
import { settle } from "./hygiene.ts";
import { MemoryOutbound } from "./outbound.ts";

// A call that never ends is a failure; better to know soon.
vi.setConfig({ testTimeout: 10_000 });

export interface CallInit {
  readonly path?: string;
  readonly headers?: Record<string, string>;
  readonly options?: AdapterOptions;
  readonly out?: MemoryOutbound;
  readonly peer?: string;
  readonly platform?: unknown;
  /** What an adapter adds to the head of a request. */
  readonly head?: Pick<RequestHead, "maxTimeoutMs" | "refusal">;
}

/** What a client learns of the end of a call. */
export interface Status {
  readonly code: number;
  readonly message: string;
}

/** One call of native gRPC, driven by hand over the seam. */
export class TestCall {
  readonly out: MemoryOutbound;
  readonly inbound: Inbound;

  constructor(registry: MethodRegistry, init: CallInit = {}) {
    this.out = init.out ?? new MemoryOutbound();
    const head = {
      method: "POST",
      path: init.path ?? "/test.Service/Unary",
      query: "",
      headers: new Headers({ "content-type": "application/grpc", te: "trailers", ...init.headers }),
      peer: init.peer,
      platform: init.platform,
      ...init.head,
    };
    this.inbound = createServer(registry, init.options).accept(head, this.out, { trailers: true });
  }

  /** A whole message. */
  send(message: Uint8Array, flags = 0): boolean {
    return this.inbound.receive(frame(message, flags));
  }

  /** Messages and the end of the request, then the whole response. */
  async finish(...messages: Uint8Array[]): Promise<this> {
    for (const message of messages) this.send(message);
    this.inbound.end();
    await this.out.ended;
    return this;
  }

  cancel(reason: CancelReason = "client-reset"): void {
    this.out.markCancelled();
    this.inbound.cancel(reason);
  }

  drain(): void {
    this.out.markDrained();
    this.inbound.drained();
  }

  /** The messages of the response so far. */
  get messages(): Uint8Array[] {
    return splitFrames(this.out.body).map(({ payload }) => payload);
  }

  /** Status and message, from the trailers or from a response that is nothing but a status. */
  get status(): Status {
    const { trailers, headers } = this.out;
    const fields = trailers.has("grpc-status") ? trailers : headers;
    return {
      code: Number(fields.get("grpc-status") ?? Number.NaN),
      message: decodeURIComponent(fields.get("grpc-message") ?? ""),
    };
  }

  /** Waits for whatever is due, then holds the core to the seam's invariants. */
  async check(): Promise<void> {
    await settle();
    expect(this.out.violations).toEqual([]);
  }
}
