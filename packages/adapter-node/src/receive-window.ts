import type { ServerHttp2Session } from "node:http2";
import { MAX_INT32 } from "./checked-options.ts";
import type { ConnectionOptions } from "./options.ts";

const DEFAULT_STREAM_BYTES = 1024 * 1024;
const DEFAULT_MAX_STREAM_BYTES = 16 * 1024 * 1024;
/** Connections with less delay are never held back by a window of the default size. */
const LONG_ROUND_TRIP_MS = 5;
/**
 * Of the 65,535 bytes that a client sends before it has heard of the server's windows (RFC 9113, section 6.9.2): as many
 * tell that it has more to send.
 */
const EARLY_BYTES = 48 * 1024;
/** What the distance is taken for where it is long and not known yet. */
const ASSUMED_ROUND_TRIP_MS = 100;

/** How much the client of an HTTP/2 connection may send before it hears that it was read. */
export interface Windows {
  readonly streamBytes: number;
  readonly connectionBytes: number;
  /** What `streamBytes` may grow to. */
  readonly maxStreamBytes: number;
}

export function windowsOf(options: ConnectionOptions): Windows {
  const { streamWindowBytes, connectionWindowBytes, maxStreamWindowBytes } = options;
  const streamBytes = streamWindowBytes ?? DEFAULT_STREAM_BYTES;
  // Who sets a window means it, unless told otherwise.
  const fallback = streamWindowBytes ?? Math.min(connectionWindowBytes ?? Infinity, DEFAULT_MAX_STREAM_BYTES);
  return {
    streamBytes,
    connectionBytes: connectionWindowBytes ?? Math.min(4 * streamBytes, MAX_INT32),
    maxStreamBytes: maxStreamWindowBytes ?? fallback,
  };
}

/** The part of a connection that windows are about. */
export type WindowedSession = Pick<
  ServerHttp2Session,
  "destroyed" | "once" | "setLocalWindowSize" | "settings"
>;

/**
 * The receive windows of one HTTP/2 connection. They begin small, for they are what a client can make the server hold,
 * and grow where the distance asks for it: a client that waits for a round trip behind each window is slow however fast
 * its line and the handler are. A quarter of a window that arrives at once tells what would arrive in a round trip.
 *
 * A client that has sent all it may before it knew of the windows, and has not acknowledged them some milliseconds later,
 * is far away: its window grows without waiting for the acknowledgement, which would cost it one more round trip.
 */
export class ReceiveWindow {
  readonly #session: WindowedSession;
  readonly #windows: Windows;
  readonly #now: () => number;
  #streamBytes: number;
  /** Undefined until the client has acknowledged the first settings, which takes one. */
  #roundTripMs: number | undefined;
  /** What has been measured since when. */
  #bytes = 0;
  #since = 0;

  constructor(session: WindowedSession, windows: Windows, now: () => number = () => performance.now()) {
    this.#session = session;
    this.#windows = windows;
    this.#now = now;
    this.#streamBytes = windows.streamBytes;
    session.setLocalWindowSize(windows.connectionBytes);
    const sentAt = now();
    session.once("localSettings", () => {
      this.#restart();
      this.#roundTripMs = this.#since - sentAt;
    });
  }

  /** Bytes of a request came in, and their call took them. */
  took(bytes: number): void {
    if (this.#roundTripMs === undefined) {
      this.#tookEarly(bytes);
      return;
    }
    this.#bytes += bytes;
    if (this.#bytes < this.#streamBytes / 4) return;
    if (this.#roundTripMs >= LONG_ROUND_TRIP_MS) {
      this.#fit(this.#bytes, this.#now() - this.#since, this.#roundTripMs);
    }
    this.#restart();
  }

  /** A call does not take more for now: what comes in then tells nothing of the line. */
  paused(): void {
    this.#restart();
  }

  #tookEarly(bytes: number): void {
    if (this.#bytes === 0) this.#since = this.#now();
    const before = this.#bytes;
    this.#bytes += bytes;
    if (before >= EARLY_BYTES || this.#bytes < EARLY_BYTES) return;
    const ms = this.#now() - this.#since;
    const grow = (): void => {
      if (this.#roundTripMs !== undefined || this.#bytes < EARLY_BYTES) return;
      this.#fit(this.#bytes, ms, ASSUMED_ROUND_TRIP_MS);
    };
    // Behind what has come meanwhile: it is the client that shall be slow, not this process.
    setTimeout(() => setImmediate(grow), LONG_ROUND_TRIP_MS).unref();
  }

  #restart(): void {
    this.#bytes = 0;
    this.#since = this.#now();
  }

  #fit(bytes: number, ms: number, roundTripMs: number): void {
    if (this.#session.destroyed) return;
    // Clients hear of what was read when half a window was.
    const needed = 2 * bytes * (roundTripMs / Math.max(ms, 1));
    const streamBytes = Math.min(2 ** Math.ceil(Math.log2(needed)), this.#windows.maxStreamBytes);
    if (streamBytes <= this.#streamBytes) return;
    this.#streamBytes = streamBytes;
    this.#session.settings({ initialWindowSize: streamBytes });
    this.#session.setLocalWindowSize(Math.max(streamBytes, this.#windows.connectionBytes));
  }
}
