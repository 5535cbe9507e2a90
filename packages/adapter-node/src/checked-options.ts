import type { ConnectionOptions } from "./options.ts";

/** The largest window of HTTP/2 (RFC 9113, section 6.9.1), and the longest delay of Node's timers. */
export const MAX_INT32: number = 2 ** 31 - 1;
/** The largest value of a setting of HTTP/2 (RFC 9113, section 6.5.1). */
const MAX_UINT32 = 2 ** 32 - 1;

/**
 * Node takes these options as they are, and throws where a client connects, which nobody catches, or takes a delay that
 * is too long for none.
 *
 * @throws RangeError for a value out of its range, naming the option
 */
export function checkConnectionOptions(options: ConnectionOptions): void {
  const { keepalive, streamResets } = options;
  const { intervalMs, timeoutMs } = keepalive || {};
  checkCount("streamWindowBytes", options.streamWindowBytes, 1, MAX_INT32);
  checkCount("maxStreamWindowBytes", options.maxStreamWindowBytes, 1, MAX_INT32);
  checkCount("connectionWindowBytes", options.connectionWindowBytes, 1, MAX_INT32);
  checkCount("maxConcurrentStreams", options.maxConcurrentStreams, 1, MAX_UINT32);
  checkCount("streamResets.burst", streamResets?.burst, 0, MAX_UINT32);
  checkCount("streamResets.perSecond", streamResets?.perSecond, 0, MAX_UINT32);
  checkDelay("keepalive.intervalMs", intervalMs, 1);
  checkDelay("keepalive.timeoutMs", timeoutMs, 1);
  checkDelay("maxConnectionAgeMs", options.maxConnectionAgeMs, 1);
  checkDelay("maxConnectionAgeGraceMs", options.maxConnectionAgeGraceMs, 0);
  checkDelay("handshakeTimeoutMs", options.handshakeTimeoutMs, 1);
}

function checkCount(name: string, value: number | undefined, least: number, most: number): void {
  if (value === undefined || (Number.isInteger(value) && value >= least && value <= most)) return;
  throw new RangeError(`${name} must be a whole number from ${least} to ${most}, not ${String(value)}`);
}

function checkDelay(name: string, value: number | undefined, least: number): void {
  if (value === undefined || (typeof value === "number" && value >= least && value <= MAX_INT32)) return;
  throw new RangeError(`${name} must be a number from ${least} to ${MAX_INT32}, not ${String(value)}`);
}
