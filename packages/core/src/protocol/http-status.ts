import { GrpcStatusCode } from "../status.ts";

const MEANINGS: ReadonlyMap<number, GrpcStatusCode> = new Map([
  [400, GrpcStatusCode.INTERNAL],
  [401, GrpcStatusCode.UNAUTHENTICATED],
  [403, GrpcStatusCode.PERMISSION_DENIED],
  [404, GrpcStatusCode.UNIMPLEMENTED],
  [429, GrpcStatusCode.UNAVAILABLE],
  [502, GrpcStatusCode.UNAVAILABLE],
  [503, GrpcStatusCode.UNAVAILABLE],
  [504, GrpcStatusCode.UNAVAILABLE],
]);

/**
 * What a client makes of an HTTP status that came without a code of its protocol, from a proxy for instance. One table
 * for all: https://github.com/grpc/grpc/blob/master/doc/http-grpc-status-mapping.md and Connect protocol, "HTTP to error
 * code".
 */
export function codeOfHttpStatus(status: number): GrpcStatusCode {
  return MEANINGS.get(status) ?? GrpcStatusCode.UNKNOWN;
}
