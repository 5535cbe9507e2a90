import type { Windows } from "./receive-window.ts";

/** What a client may do on one connection. */
export interface Http2Limits {
  readonly windows: Windows;
  readonly maxConcurrentStreams: number;
  /** Of the fields of a request, by HTTP/2's own reckoning (RFC 9113, section 6.5.2). */
  readonly maxHeaderListBytes: number;
  /** See `StreamResetOptions`. */
  readonly resetBurst: number;
  readonly resetsPerSecond: number;
  /** Until its first settings. */
  readonly handshakeTimeoutMs: number;
}
