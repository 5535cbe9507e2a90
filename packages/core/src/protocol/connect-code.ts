import { GrpcStatusCode } from "../status.ts";

/** gRPC's names in lower case, but for one letter. */
type ConnectCode = Lowercase<Exclude<keyof typeof GrpcStatusCode, "OK" | "CANCELLED">> | "canceled";

/** Connect protocol, "Error codes": name, gRPC's number, HTTP status of a unary response. */
const CODES = {
  canceled: [GrpcStatusCode.CANCELLED, 499],
  unknown: [GrpcStatusCode.UNKNOWN, 500],
  invalid_argument: [GrpcStatusCode.INVALID_ARGUMENT, 400],
  deadline_exceeded: [GrpcStatusCode.DEADLINE_EXCEEDED, 504],
  not_found: [GrpcStatusCode.NOT_FOUND, 404],
  already_exists: [GrpcStatusCode.ALREADY_EXISTS, 409],
  permission_denied: [GrpcStatusCode.PERMISSION_DENIED, 403],
  resource_exhausted: [GrpcStatusCode.RESOURCE_EXHAUSTED, 429],
  failed_precondition: [GrpcStatusCode.FAILED_PRECONDITION, 400],
  aborted: [GrpcStatusCode.ABORTED, 409],
  out_of_range: [GrpcStatusCode.OUT_OF_RANGE, 400],
  unimplemented: [GrpcStatusCode.UNIMPLEMENTED, 501],
  internal: [GrpcStatusCode.INTERNAL, 500],
  unavailable: [GrpcStatusCode.UNAVAILABLE, 503],
  data_loss: [GrpcStatusCode.DATA_LOSS, 500],
  unauthenticated: [GrpcStatusCode.UNAUTHENTICATED, 401],
} satisfies Record<ConnectCode, readonly [GrpcStatusCode, number]>;

const ENTRIES: readonly (readonly [string, readonly [GrpcStatusCode, number]])[] = Object.entries(CODES);

/** How Connect writes a code, such as "not_found". */
export function formatConnectCode(code: GrpcStatusCode): string {
  return ENTRIES.find(([, [known]]) => known === code)?.[0] ?? "unknown";
}

/** Undefined for anything that is not the name of a code. */
export function parseConnectCode(name: unknown): GrpcStatusCode | undefined {
  return ENTRIES.find(([known]) => known === name)?.[1][0];
}

/** The HTTP status of a unary response that failed. */
export function httpStatusOf(code: GrpcStatusCode): number {
  return ENTRIES.find(([, [known]]) => known === code)?.[1][1] ?? 500;
}
