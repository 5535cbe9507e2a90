import type { CallContext } from "../context.ts";
import { GrpcError } from "../error.ts";
import { GrpcStatusCode } from "../status.ts";
import type { CancelReason } from "../transport.ts";
import { type FaultKind, WireFault } from "../wire/fault.ts";
import type { Settings } from "./settings.ts";

/** The statuses of a peer's faults: https://grpc.github.io/grpc/core/md_doc_statuscodes.html, the table of uses. */
const FAULT_CODES = {
  malformed: GrpcStatusCode.INTERNAL,
  truncated: GrpcStatusCode.INTERNAL,
  oversized: GrpcStatusCode.RESOURCE_EXHAUSTED,
  cardinality: GrpcStatusCode.UNIMPLEMENTED,
  "unknown-encoding": GrpcStatusCode.UNIMPLEMENTED,
  corrupt: GrpcStatusCode.INTERNAL,
  undecodable: GrpcStatusCode.INTERNAL,
} satisfies Record<FaultKind, GrpcStatusCode>;

const CANCELLATIONS = {
  "client-reset": [GrpcStatusCode.CANCELLED, "the client cancelled the call"],
  "connection-lost": [GrpcStatusCode.CANCELLED, "the connection to the client is lost"],
  shutdown: [GrpcStatusCode.UNAVAILABLE, "the server is shutting down"],
} satisfies Record<CancelReason, readonly [GrpcStatusCode, string]>;

/** A peer's fault with its status. */
export function faultError(fault: WireFault): GrpcError {
  return new GrpcError(FAULT_CODES[fault.kind], fault.message, { cause: fault });
}

/** The error that a cancelled call ends with, as seen by its handler. */
export function cancellation(reason: CancelReason): GrpcError {
  const [code, message] = CANCELLATIONS[reason];
  return new GrpcError(code, message);
}

export function deadlineExceeded(): GrpcError {
  return new GrpcError(GrpcStatusCode.DEADLINE_EXCEEDED, "deadline exceeded");
}

/**
 * What the client is told of anything thrown. Errors whose text it does not get go to `onError`; a `mapError` that
 * fails itself, or gives something else than a GrpcError, counts as such an error.
 */
export function toGrpcError(thrown: unknown, context: CallContext, settings: Settings): GrpcError {
  if (thrown instanceof WireFault) return faultError(thrown);
  const mapped = mappedError(thrown, context, settings);
  if (mapped !== undefined) return mapped;
  const error = GrpcError.from(thrown);
  const hidesText = error !== thrown && !(thrown instanceof Error && thrown.message === error.message);
  if (hidesText) report(thrown, context, settings);
  return error;
}

function mappedError(thrown: unknown, context: CallContext, settings: Settings): GrpcError | undefined {
  try {
    const mapped: unknown = settings.mapError?.(thrown, context);
    if (mapped === undefined || mapped instanceof GrpcError) return mapped;
    throw new TypeError(`mapError must give a GrpcError or undefined, not ${String(mapped)}`);
  } catch (error) {
    report(error, context, settings);
    return undefined;
  }
}

/** Tells `onError`, whose own failure must not harm the call. */
export function report(error: unknown, context: CallContext, settings: Settings): void {
  const onFailure = (failure: unknown): void => {
    console.error("railhead: onError threw:", failure, "while reporting:", error);
  };
  try {
    // Typed to give nothing, but an async function fits that type.
    const reporting: unknown = settings.onError(error, context);
    if (reporting instanceof Promise) reporting.catch(onFailure);
  } catch (failure) {
    onFailure(failure);
  }
}
