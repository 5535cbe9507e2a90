import { GrpcStatusCode, statusCodeName } from "../status.ts";

/** HTTP statuses of unary responses, by code (Connect protocol, "Error codes"). Numbers are shorter than names. */
const HTTP_STATUSES = {
  0: 200, // OK
  1: 499, // CANCELLED
  2: 500, // UNKNOWN
  3: 400, // INVALID_ARGUMENT
  4: 504, // DEADLINE_EXCEEDED
  5: 404, // NOT_FOUND
  6: 409, // ALREADY_EXISTS
  7: 403, // PERMISSION_DENIED
  8: 429, // RESOURCE_EXHAUSTED
  9: 400, // FAILED_PRECONDITION
  10: 409, // ABORTED
  11: 400, // OUT_OF_RANGE
  12: 501, // UNIMPLEMENTED
  13: 500, // INTERNAL
  14: 503, // UNAVAILABLE
  15: 500, // DATA_LOSS
  16: 401, // UNAUTHENTICATED
} satisfies Record<GrpcStatusCode, number>;

/** The HTTP status of a unary response that ended so. */
export function httpStatusOf(code: GrpcStatusCode): number {
  return HTTP_STATUSES[code];
}

/** How Connect writes the code of an error, such as "not_found": gRPC's names in lower case, but for one letter. */
export function formatConnectCode(code: GrpcStatusCode): string {
  return code === GrpcStatusCode.CANCELLED ? "canceled" : statusCodeName(code).toLowerCase();
}

/** Undefined for anything that is not the name of an error's code. */
export function parseConnectCode(name: unknown): GrpcStatusCode | undefined {
  return Object.values(GrpcStatusCode).find(
    (code) => code !== GrpcStatusCode.OK && formatConnectCode(code) === name,
  );
}
