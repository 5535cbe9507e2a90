import { GrpcStatusCode } from "./status.ts";

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

/** Codes of system errors. Their own text names paths and addresses, so the client reads this one instead. */
const SYSTEM_ERRORS: ReadonlyMap<string, ErrorMeaning> = new Map([
  ["EACCES", { code: GrpcStatusCode.PERMISSION_DENIED, message: "permission denied" }],
  ["ENOENT", { code: GrpcStatusCode.NOT_FOUND, message: "not found" }],
  ["EPERM", { code: GrpcStatusCode.PERMISSION_DENIED, message: "operation not permitted" }],
  ["ETIMEDOUT", { code: GrpcStatusCode.DEADLINE_EXCEEDED, message: "timed out" }],
]);

/** The meaning of a `DOMException`, a system error, or any error that bears such a name or code. */
export function meaningOf(thrown: unknown): ErrorMeaning | undefined {
  if (!(thrown instanceof Error)) return undefined;
  const code = DOM_EXCEPTIONS.get(thrown.name);
  if (code !== undefined) return { code, message: thrown.message };
  return "code" in thrown && typeof thrown.code === "string" ? SYSTEM_ERRORS.get(thrown.code) : undefined;
}
