import type { ServerOptions } from "@railhead/core";
import type { Transport } from "./client/transport.ts";

/** What a platform can do. Where platforms differ, cases ask these flags and nothing else. */
export interface ContractCapabilities {
  /** HTTP trailers: gRPC itself is spoken, not only gRPC-Web. */
  readonly trailers: boolean;
  /** Responses begin while their request is still under way. */
  readonly fullDuplex: boolean;
  /** Request messages reach the handler before the request is complete; a slow handler stops the sender. */
  readonly clientStreamingIncremental: boolean;
  /** Response messages reach the client as the handler gives them; a slow reader stops the handler. */
  readonly serverStreamingIncremental: boolean;
  /** A client that leaves is noticed while its call runs: at once, or only by bytes that go to it or come from it. */
  readonly cancellation: boolean | "while-bytes-flow";
  /** Calls run side by side and see the same fixture, so that one call can ask what another has done. */
  readonly concurrentCalls: boolean;
  /** Bytes that the body of a request may have. Undefined: any number. */
  readonly maxRequestBytes?: number;
  /** Bytes that the body of a response may have. Undefined: any number. */
  readonly maxResponseBytes?: number;
  /** Milliseconds after which the platform ends a call that its client would let go on. Undefined: never. */
  readonly maxCallMs?: number;
}

/** Server options of the contract: plain data, so that a harness can hand them to another process or isolate. */
export type ContractOptions = Pick<
  ServerOptions,
  | "maxReceiveMessageBytes"
  | "maxSendMessageBytes"
  | "maxMetadataBytes"
  | "maxTimeoutMs"
  | "defaultTimeoutMs"
  | "protocols"
> & { readonly compression?: false };

export interface ContractServer {
  /** Origin, such as "http://127.0.0.1:8080". */
  readonly url: string;
  close(): Promise<void>;
}

/** One way to run the fixture: an adapter on its own runtime. */
export interface ContractHarness {
  readonly capabilities: ContractCapabilities;
  /** How the suite speaks HTTP to the server. Default: `fetch`. */
  readonly transport?: Transport;
  /**
   * Far above what windows and socket buffers on the way hold, and below the 64 MiB that the suite sends.
   * Default: 24 MiB.
   */
  readonly maxBufferedBytes?: number;
  /** Serves `createFixture(options)`, wherever the platform runs its code. */
  start(options: ContractOptions): Promise<ContractServer>;
}
