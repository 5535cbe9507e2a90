/** The values of `grpc-timeout` (gRPC over HTTP/2, "Requests", Timeout) and of `connect-timeout-ms`. */

/** Milliseconds per TimeoutUnit. */
const UNIT_MS: Readonly<Record<string, number>> = {
  H: 3_600_000,
  M: 60_000,
  S: 1_000,
  m: 1,
  u: 1e-3,
  n: 1e-6,
};

/** Milliseconds, possibly a fraction of one; undefined when the value is not a timeout. */
export function parseTimeout(value: string): number | undefined {
  // TimeoutValue: at most 8 digits; exactly one unit.
  const match = /^(\d{1,8})([HMSmun])$/.exec(value);
  if (match === null) return undefined;
  return Number(match[1]) * (UNIT_MS[match[2] ?? ""] ?? Number.NaN);
}

/** The units to write, finest first: a value that does not fit into 8 digits takes the next one. */
const WRITTEN_UNITS = ["m", "S", "M", "H"] as const;

/** Rounded up, and to 1 at least; undefined for more time than can be told, which is as good as none. */
export function formatTimeout(timeoutMs: number): string | undefined {
  for (const unit of WRITTEN_UNITS) {
    const value = Math.max(1, Math.ceil(timeoutMs / (UNIT_MS[unit] ?? 1)));
    if (value < 1e8) return value + unit;
  }
  return undefined;
}

/** Milliseconds; undefined when the value is not a timeout. Connect protocol, Timeout-Milliseconds: at most 10 digits. */
export function parseConnectTimeout(value: string): number | undefined {
  return /^\d{1,10}$/.test(value) ? Number(value) : undefined;
}

/** A positive integer, as the protocol asks; undefined for more time than ten digits tell, which is as good as none. */
export function formatConnectTimeout(timeoutMs: number): string | undefined {
  return timeoutMs < 1e10 ? String(Math.max(1, Math.floor(timeoutMs))) : undefined;
}
