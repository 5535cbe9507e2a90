import type { ServerHttp2Session } from "node:http2";
import { MAX_INT32 } from "./checked-options.ts";
import type { ConnectionOptions } from "./options.ts";

/** The HTTP/2 connections of a server: their pings and age. */
export class Sessions {
  readonly #options: ConnectionOptions;
  readonly #open = new Set<ServerHttp2Session>();

  constructor(options: ConnectionOptions) {
    this.#options = options;
  }

  /** @param cut ends the connection whatever its peer does: `session.destroy` waits until it has read everything */
  add(session: ServerHttp2Session, cut: () => void): void {
    this.#open.add(session);
    // "close" follows; what went wrong on a connection is its client's business.
    session.on("error", () => {});
    const stopPings = this.#startPings(session, cut);
    const stopClock = this.#startClock(session, cut);
    session.once("close", () => {
      this.#open.delete(session);
      stopPings();
      stopClock();
    });
  }

  /** GOAWAY on all: streams in flight go on, new ones are refused, the connection closes when the last is done. */
  closeGracefully(): void {
    for (const session of this.#open) session.close();
  }

  destroy(): void {
    for (const session of this.#open) session.destroy();
  }

  #startPings(session: ServerHttp2Session, cut: () => void): () => void {
    const { timeoutMs = 20_000 } = this.#options.keepalive || {};
    const intervalMs = pingIntervalOf(this.#options);
    if (intervalMs === undefined) return () => {};
    let timeout: NodeJS.Timeout | undefined;
    const interval = setInterval(() => {
      if (session.destroyed || timeout !== undefined) return;
      const isSent = session.ping(() => {
        clearTimeout(timeout);
        timeout = undefined;
      });
      if (isSent) timeout = setTimeout(cut, timeoutMs).unref();
    }, intervalMs).unref();
    return () => {
      clearInterval(interval);
      clearTimeout(timeout);
    };
  }

  #startClock(session: ServerHttp2Session, cut: () => void): () => void {
    const { maxConnectionAgeGraceMs: graceMs } = this.#options;
    const ageMs = jitteredAge(this.#options);
    if (ageMs === undefined) return () => {};
    let timer = setTimeout(() => {
      session.close();
      if (graceMs !== undefined) timer = setTimeout(cut, graceMs).unref();
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
