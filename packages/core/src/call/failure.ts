import type { CallContext } from "../context.ts";
import { GrpcError } from "../error.ts";
import { GrpcStatusCode } from "../status.ts";
import type { CancelReason } from "../transport.ts";
import { type FaultKind, WireFault } from "../wire/fault.ts";
import type { Settings } from "./settings.ts";

const { INTERNAL, INVALID_ARGUMENT, RESOURCE_EXHAUSTED, UNIMPLEMENTED } = GrpcStatusCode;

/**
 * The statuses of a peer's faults, of gRPC and of Connect: https://grpc.github.io/grpc/core/md_doc_statuscodes.html, the
 * table of uses. Where that says INTERNAL, Connect blames the client, for its codes are HTTP statuses too.
 */
const FAULT_CODES = {
  malformed: [INTERNAL, INVALID_ARGUMENT],
  truncated: [INTERNAL, INVALID_ARGUMENT],
  oversized: [RESOURCE_EXHAUSTED, RESOURCE_EXHAUSTED],
  cardinality: [UNIMPLEMENTED, UNIMPLEMENTED],
  "unknown-encoding": [UNIMPLEMENTED, UNIMPLEMENTED],
  "unnamed-encoding": [INTERNAL, INTERNAL],
  corrupt: [INTERNAL, INVALID_ARGUMENT],
  undecodable: [INTERNAL, INVALID_ARGUMENT],
} satisfies Record<FaultKind, readonly [grpc: GrpcStatusCode, connect: GrpcStatusCode]>;

const CANCELLATIONS = {
  "client-reset": [GrpcStatusCode.CANCELLED, "the client cancelled the call"],
  "connection-lost": [GrpcStatusCode.CANCELLED, "the connection to the client is lost"],
  shutdown: [GrpcStatusCode.UNAVAILABLE, "the server is shutting down"],
} satisfies Record<CancelReason, readonly [GrpcStatusCode, string]>;

/** A peer's fault with its status. */
export function faultError(fault: WireFault, protocol: CallContext["protocol"]): GrpcError {
  const code = FAULT_CODES[fault.kind][protocol === "connect" ? 1 : 0];
  return new GrpcError(code, fault.message, { cause: fault });
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
  if (thrown instanceof WireFault) return faultError(thrown, context.protocol);
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
