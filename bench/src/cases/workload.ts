import type { Exchange } from "../exchanges.ts";
import type { ContenderName } from "../platforms/contender.ts";
import type { Protocol } from "../wire/protocol.ts";

/** One kind of work under full load, and who does it. */
export interface Workload {
  /** For people. */
  readonly title: string;
  /** "h2c" is HTTP/2 without TLS, "h2" with it. */
  readonly transport: "http1" | "h2c" | "h2" | "lambda";
  readonly protocol: Protocol;
  /** Fields of the request beside the content type. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly exchange: Exchange;
  readonly connections: number;
  /** Calls at a time on one connection. */
  readonly streams: number;
  /** Our own client, where h2load cannot: each request message waits for the answer to the one before. */
  readonly pingPong?: boolean;
  /** The name in the results, and the server that stands behind it. */
  readonly contenders: Readonly<Record<string, ContenderName>>;
}
