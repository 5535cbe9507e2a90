import type { CallContext } from "../context.ts";
import { GrpcError } from "../error.ts";
import { GrpcStatusCode } from "../status.ts";
import type { CancelReason } from "../transport.ts";
import { type FaultKind, WireFault } from "../wire/fault.ts";
import type { Settings } from "./settings.ts";

/** Bytes that are broken: INTERNAL in gRPC, while Connect blames the client, for its codes are HTTP statuses too. */
const BROKEN = undefined;

/**
 * The statuses of a peer's faults, of gRPC and of Connect: https://grpc.github.io/grpc/core/md_doc_statuscodes.html, the
 * table of uses.
 */
const FAULT_CODES = {
  malformed: BROKEN,
  truncated: BROKEN,
  corrupt: BROKEN,
  undecodable: BROKEN,
  oversized: GrpcStatusCode.RESOURCE_EXHAUSTED,
  cardinality: GrpcStatusCode.UNIMPLEMENTED,
  "unknown-encoding": GrpcStatusCode.UNIMPLEMENTED,
  "unnamed-encoding": GrpcStatusCode.INTERNAL,
} satisfies Record<FaultKind, GrpcStatusCode | undefined>;

/** A peer's fault with its status. */
export function faultError(fault: WireFault, protocol: CallContext["protocol"]): GrpcError {
  const broken = protocol === "connect" ? GrpcStatusCode.INVALID_ARGUMENT : GrpcStatusCode.INTERNAL;
  return new GrpcError(FAULT_CODES[fault.kind] ?? broken, fault.message, { cause: fault });
}

/** The error that a cancelled call ends with, as seen by its handler. */
export function cancellation(reason: CancelReason): GrpcError {
  const code = reason === "shutdown" ? GrpcStatusCode.UNAVAILABLE : GrpcStatusCode.CANCELLED;
  return new GrpcError(code, `the call was cut off: ${reason}`);
}

export function deadlineExceeded(): GrpcError {
  return new GrpcError(GrpcStatusCode.DEADLINE_EXCEEDED, "deadline exceeded");
}

/**
 * What the client is told of anything thrown. Errors whose text it does not get go to `onError`; a `mapError` that
 * fails itself, or gives something else than a GrpcError, counts as such an error.
 */
export function toGrpcError(thrown: unknown, context: CallContext, settings: Settings): GrpcError {
  if (thrown instanceof WireFault) return faultError(thrown, context.protocol);
  try {
    const mapped: unknown = settings.mapError?.(thrown, context);
    if (mapped instanceof GrpcError) return mapped;
    if (mapped !== undefined) {
      throw new TypeError(`mapError must give a GrpcError or undefined, not ${String(mapped)}`);
    }
  } catch (error) {
    report(error, context, settings);
  }
  const error = GrpcError.from(thrown);
  const showsText = thrown instanceof Error && thrown.message === error.message;
  if (!showsText) report(thrown, context, settings);
  return error;
}

/** Tells `onError`, whose own failure must not harm the call. */
export function report(error: unknown, context: CallContext, settings: Settings): void {
  const onFailure = (failure: unknown): void => {
    try {
      console.error("railhead: onError failed:", failure, error);
    } catch {
      // It cannot be printed either, and may be what failed.
    }
  };
  try {
    // Typed to give nothing, but an async function fits that type.
    const reporting: unknown = settings.onError(error, context);
    if (reporting instanceof Promise) reporting.catch(onFailure);
  } catch (failure) {
    onFailure(failure);
  }
}
