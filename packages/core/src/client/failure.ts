import { faultError } from "../call/failure.ts";
import { GrpcError } from "../error.ts";
import { meaningOf } from "../platform-error.ts";
import { GrpcStatusCode } from "../status.ts";
import { WireFault } from "../wire/fault.ts";

/** Anything thrown during a call, as what the caller gets. */
export function clientError(thrown: unknown): GrpcError {
  if (thrown instanceof GrpcError) return thrown;
  // A server's to know: it was told what the client takes (gRPC "Compression", the table of errors).
  if (thrown instanceof WireFault && thrown.kind === "unknown-encoding") {
    return new GrpcError(GrpcStatusCode.INTERNAL, thrown.message, { cause: thrown });
  }
  if (thrown instanceof WireFault) return faultError(thrown, "grpc");
  return new GrpcError(GrpcStatusCode.UNKNOWN, textOf(thrown), { cause: thrown });
}

/** `fetch` failed, or the body of its response: there is no saying whether the server has seen the request. */
export function connectionError(thrown: unknown, what: string): GrpcError {
  if (thrown instanceof GrpcError) return thrown;
  return new GrpcError(GrpcStatusCode.UNAVAILABLE, `${what}: ${textOf(thrown)}`, { cause: thrown });
}

/** The caller's signal aborted. Its reason may say why: a deadline, or the end of the call that this one is part of. */
export function cancelledBy(reason: unknown): GrpcError {
  if (reason instanceof GrpcError) return new GrpcError(reason.code, reason.message, { cause: reason });
  const code = meaningOf(reason)?.code;
  return code === GrpcStatusCode.DEADLINE_EXCEEDED
    ? new GrpcError(code, "deadline exceeded", { cause: reason })
    : new GrpcError(GrpcStatusCode.CANCELLED, "the call was cancelled", { cause: reason });
}

/** The message of an error and of what led to it: "fetch failed" alone helps no one. */
export function textOf(thrown: unknown): string {
  if (!(thrown instanceof Error)) return String(thrown);
  const { message, cause } = thrown;
  if (!(cause instanceof Error)) return message;
  // Node's error for several addresses that all refused has a code and no message.
  const why = cause.message || ("code" in cause && String(cause.code));
  return why ? `${message} (${why})` : message;
}
