import { GrpcStatusCode, statusCodeName } from "../status.ts";

/** HTTP statuses of unary responses, by code (Connect protocol, "Error codes"). The type proves that none is missing. */
const HTTP_STATUSES = [
  200, // OK
  499, // CANCELLED
  500, // UNKNOWN
  400, // INVALID_ARGUMENT
  504, // DEADLINE_EXCEEDED
  404, // NOT_FOUND
  409, // ALREADY_EXISTS
  403, // PERMISSION_DENIED
  429, // RESOURCE_EXHAUSTED
  400, // FAILED_PRECONDITION
  409, // ABORTED
  400, // OUT_OF_RANGE
  501, // UNIMPLEMENTED
  500, // INTERNAL
  503, // UNAVAILABLE
  500, // DATA_LOSS
  401, // UNAUTHENTICATED
] as const;

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
