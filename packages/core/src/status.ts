/**
 * The status codes of gRPC, as values and as a type: `GrpcStatusCode.NOT_FOUND` is 5.
 * Meanings: https://grpc.github.io/grpc/core/md_doc_statuscodes.html
 */
export const GrpcStatusCode = {
  OK: 0,
  /** The client gave up. */
  CANCELLED: 1,
  UNKNOWN: 2,
  /** The request is wrong whatever the state of the system. */
  INVALID_ARGUMENT: 3,
  DEADLINE_EXCEEDED: 4,
  NOT_FOUND: 5,
  ALREADY_EXISTS: 6,
  /** The caller is known and may not do this. */
  PERMISSION_DENIED: 7,
  /** A quota or a limit is used up. */
  RESOURCE_EXHAUSTED: 8,
  /** The system is not in a state for this; do not just retry. */
  FAILED_PRECONDITION: 9,
  /** A conflict; retry from the start of the transaction. */
  ABORTED: 10,
  OUT_OF_RANGE: 11,
  UNIMPLEMENTED: 12,
  /** A fault of the server's. */
  INTERNAL: 13,
  /** Try again with a delay. */
  UNAVAILABLE: 14,
  DATA_LOSS: 15,
  /** The caller is not known. */
  UNAUTHENTICATED: 16,
} as const;

/** A status code: one of the numbers 0 to 16. */
export type GrpcStatusCode = (typeof GrpcStatusCode)[keyof typeof GrpcStatusCode];

const NAMES: readonly string[] = Object.keys(GrpcStatusCode);

/** The name of a code, such as "NOT_FOUND"; "UNKNOWN" for numbers that are no code. */
export function statusCodeName(code: number): string {
  return NAMES[code] ?? "UNKNOWN";
}
