import { GrpcStatusCode, statusCodeName } from "./status.ts";

/** What a platform's own error means to a client. */
export interface ErrorMeaning {
  readonly code: GrpcStatusCode;
  /** What the client reads. */
  readonly message: string;
}

/** Names of `DOMException` (Web IDL, "DOMException names"). */
const DOM_EXCEPTIONS: ReadonlyMap<string, GrpcStatusCode> = new Map([
  ["AbortError", GrpcStatusCode.CANCELLED],
  ["DataError", GrpcStatusCode.INVALID_ARGUMENT],
  ["NotAllowedError", GrpcStatusCode.PERMISSION_DENIED],
  ["NotFoundError", GrpcStatusCode.NOT_FOUND],
  ["NotSupportedError", GrpcStatusCode.UNIMPLEMENTED],
  ["QuotaExceededError", GrpcStatusCode.RESOURCE_EXHAUSTED],
  ["SecurityError", GrpcStatusCode.PERMISSION_DENIED],
  ["TimeoutError", GrpcStatusCode.DEADLINE_EXCEEDED],
]);

/** Codes of system errors. */
const SYSTEM_ERRORS: ReadonlyMap<unknown, GrpcStatusCode> = new Map([
  ["EACCES", GrpcStatusCode.PERMISSION_DENIED],
  ["ENOENT", GrpcStatusCode.NOT_FOUND],
  ["EPERM", GrpcStatusCode.PERMISSION_DENIED],
  ["ETIMEDOUT", GrpcStatusCode.DEADLINE_EXCEEDED],
]);

/** The meaning of a `DOMException`, a system error, or any error that bears such a name or code. */
export function meaningOf(thrown: unknown): ErrorMeaning | undefined {
  if (!(thrown instanceof Error)) return undefined;
  const named = DOM_EXCEPTIONS.get(thrown.name);
  if (named) return { code: named, message: thrown.message };
  const code = "code" in thrown && SYSTEM_ERRORS.get(thrown.code);
  // The text of a system error names paths and addresses, so the client reads the name of the status instead.
  return code ? { code, message: statusCodeName(code).toLowerCase().replace("_", " ") } : undefined;
}
