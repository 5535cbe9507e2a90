import { MAX_INT32 } from "../checked-options.ts";
import type { ConnectionOptions } from "../options.ts";

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
  /** What they may grow to. */
  readonly maxStreamBytes: number;
  readonly maxConnectionBytes: number;
}

export function windowsOf(options: ConnectionOptions): Windows {
  const { streamWindowBytes, connectionWindowBytes, maxStreamWindowBytes } = options;
  const streamBytes = streamWindowBytes ?? DEFAULT_STREAM_BYTES;
  // Who sets a window means it, unless told otherwise. One call alone shall not be able to fill that of its connection.
  const share = Math.max(streamBytes, Math.floor((connectionWindowBytes ?? Infinity) / 2));
  const fallback = streamWindowBytes ?? Math.min(share, DEFAULT_MAX_STREAM_BYTES);
  return {
    streamBytes,
    connectionBytes: connectionWindowBytes ?? Math.min(4 * streamBytes, MAX_INT32),
    maxStreamBytes: maxStreamWindowBytes ?? fallback,
    maxConnectionBytes: connectionWindowBytes ?? MAX_INT32,
  };
}

/** The connection that windows are about. */
export interface WindowedConnection {
  /** Nothing more can be sent. */
  readonly isOver: boolean;
  /** Tells the client of larger windows. */
  growWindows(streamBytes: number, connectionBytes: number): void;
  ping(onAnswer: () => void): void;
}

/**
 * The receive windows of one HTTP/2 connection. They begin small, for they are what a client can make the server hold,
 * and grow where the distance asks for it: a client that waits for a round trip behind each window is slow however fast
 * its line and the handler are. A quarter of a window that arrives at once tells what would arrive in a round trip.
 *
 * A client that has sent all it may before it knew of the windows, and has not acknowledged them some milliseconds later,
 * is far away: its window grows without waiting for the acknowledgement, which would cost it one more round trip.
 */
export class ReceiveWindow {
  readonly #connection: WindowedConnection;
  readonly #windows: Windows;
  readonly #now: () => number;
  #streamBytes: number;
  readonly #settingsSentAt: number;
  #isAcknowledged = false;
  /** Undefined until the client has acknowledged the first settings, and where that took long, answered a ping. */
  #roundTripMs: number | undefined;
  /** What has been measured since when. */
  #bytes = 0;
  #since = 0;

  /** Made when the first settings are sent. */
  constructor(connection: WindowedConnection, windows: Windows, now: () => number = () => performance.now()) {
    this.#connection = connection;
    this.#windows = windows;
    this.#now = now;
    this.#streamBytes = windows.streamBytes;
    this.#settingsSentAt = now();
  }

  /** The client has acknowledged settings. */
  acknowledged(): void {
    if (this.#isAcknowledged) return;
    this.#isAcknowledged = true;
    // The distance is of no use then.
    if (this.#windows.maxStreamBytes <= this.#windows.streamBytes) return;
    const sentAt = this.#now();
    const firstMs = sentAt - this.#settingsSentAt;
    if (firstMs < LONG_ROUND_TRIP_MS) {
      this.#measured(firstMs);
      return;
    }
    // It may have been one of the two ends that was slow, as they are in the beginning.
    this.#connection.ping(() => this.#measured(Math.min(firstMs, this.#now() - sentAt)));
  }

  /** Bytes of a request came in, and their call took them. */
  took(bytes: number): void {
    if (this.#roundTripMs === undefined) {
      if (!this.#isAcknowledged) this.#tookEarly(bytes);
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
      if (this.#isAcknowledged || this.#bytes < EARLY_BYTES) return;
      this.#fit(this.#bytes, ms, ASSUMED_ROUND_TRIP_MS);
    };
    // Behind what has come meanwhile: it is the client that shall be slow, not this process.
    setTimeout(() => setImmediate(grow), LONG_ROUND_TRIP_MS).unref();
  }

  #measured(roundTripMs: number): void {
    this.#roundTripMs = roundTripMs;
    this.#restart();
  }

  #restart(): void {
    this.#bytes = 0;
    this.#since = this.#now();
  }

  #fit(bytes: number, ms: number, roundTripMs: number): void {
    if (this.#connection.isOver) return;
    // Clients hear of what was read when half a window was.
    const needed = 2 * bytes * (roundTripMs / Math.max(ms, 1));
    const streamBytes = Math.min(2 ** Math.ceil(Math.log2(needed)), this.#windows.maxStreamBytes);
    if (streamBytes <= this.#streamBytes) return;
    this.#streamBytes = streamBytes;
    // A call that does not read on leaves the others what they had.
    const { connectionBytes, maxConnectionBytes } = this.#windows;
    this.#connection.growWindows(streamBytes, Math.min(streamBytes + connectionBytes, maxConnectionBytes));
  }
}
