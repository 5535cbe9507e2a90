import type { Socket } from "node:net";
import { MAX_INT32 } from "./checked-options.ts";
import type { Connection } from "./http2/connection.ts";
import type { ConnectionOptions } from "./options.ts";

/** The HTTP/2 connections of a server: their pings and age. */
export class Sessions {
  readonly #options: ConnectionOptions;
  readonly #open = new Set<Connection>();

  constructor(options: ConnectionOptions) {
    this.#options = options;
  }

  add(connection: Connection, socket: Socket): void {
    this.#open.add(connection);
    const stopPings = this.#startPings(connection);
    const stopClock = this.#startClock(connection);
    socket.once("close", () => {
      this.#open.delete(connection);
      stopPings();
      stopClock();
    });
  }

  /** GOAWAY on all: streams in flight go on, new ones are refused, the connection closes when the last is done. */
  closeGracefully(): void {
    for (const connection of this.#open) connection.closeGracefully();
  }

  destroy(): void {
    for (const connection of this.#open) connection.destroy();
  }

  #startPings(connection: Connection): () => void {
    const { timeoutMs = 20_000 } = this.#options.keepalive || {};
    const intervalMs = pingIntervalOf(this.#options);
    if (intervalMs === undefined) return () => {};
    let timeout: NodeJS.Timeout | undefined;
    const interval = setInterval(() => {
      if (connection.isOver || timeout !== undefined) return;
      connection.ping(() => {
        clearTimeout(timeout);
        timeout = undefined;
      });
      timeout = setTimeout(() => connection.destroy(), timeoutMs).unref();
    }, intervalMs).unref();
    return () => {
      clearInterval(interval);
      clearTimeout(timeout);
    };
  }

  #startClock(connection: Connection): () => void {
    const { maxConnectionAgeGraceMs: graceMs } = this.#options;
    const ageMs = jitteredAge(this.#options);
    if (ageMs === undefined) return () => {};
    let timer = setTimeout(() => {
      connection.closeGracefully();
      if (graceMs !== undefined) timer = setTimeout(() => connection.destroy(), graceMs).unref();
    }, ageMs).unref();
    return () => clearTimeout(timer);
  }
}

/** Milliseconds between two signs of life that are asked for on a connection; undefined: none are. */
export function pingIntervalOf({ keepalive = {} }: ConnectionOptions): number | undefined {
  return keepalive === false ? undefined : (keepalive.intervalMs ?? 60_000);
}

/** The age a connection may reach: connections that came together shall not leave together (gRFC A9). */
export function jitteredAge({ maxConnectionAgeMs }: ConnectionOptions): number | undefined {
  if (maxConnectionAgeMs === undefined) return undefined;
  return Math.min(maxConnectionAgeMs * (0.9 + 0.2 * Math.random()), MAX_INT32);
}
