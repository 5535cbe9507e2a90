import { describe, expect, test } from "vitest";
import { formatConnectCode, httpStatusOf, parseConnectCode } from "../../src/protocol/connect-code.ts";
import { codeOfHttpStatus } from "../../src/protocol/http-status.ts";
import { GrpcStatusCode } from "../../src/status.ts";

/** Connect protocol, "Error codes". */
describe.each([
  ["canceled", 1, 499],
  ["unknown", 2, 500],
  ["invalid_argument", 3, 400],
  ["deadline_exceeded", 4, 504],
  ["not_found", 5, 404],
  ["already_exists", 6, 409],
  ["permission_denied", 7, 403],
  ["resource_exhausted", 8, 429],
  ["failed_precondition", 9, 400],
  ["aborted", 10, 409],
  ["out_of_range", 11, 400],
  ["unimplemented", 12, 501],
  ["internal", 13, 500],
  ["unavailable", 14, 503],
  ["data_loss", 15, 500],
  ["unauthenticated", 16, 401],
] as const)("%s", (name, code, status) => {
  test(`is ${code}`, () => {
    expect(formatConnectCode(code)).toBe(name);
    expect(parseConnectCode(name)).toBe(code);
  });

  test(`is HTTP ${status}`, () => {
    expect(httpStatusOf(code)).toBe(status);
  });
});

test.each(["", "ok", "cancelled", "NOT_FOUND", "not_found ", "constructor", 5, null, undefined, ["unknown"]])(
  "%j is no code",
  (name) => {
    expect(parseConnectCode(name)).toBeUndefined();
  },
);

/** Connect protocol, "HTTP to error code"; gRPC's table is the same. */
test.each([
  [200, "UNKNOWN"],
  [204, "UNKNOWN"],
  [302, "UNKNOWN"],
  [400, "INTERNAL"],
  [401, "UNAUTHENTICATED"],
  [403, "PERMISSION_DENIED"],
  [404, "UNIMPLEMENTED"],
  [405, "UNKNOWN"],
  [408, "UNKNOWN"],
  [409, "UNKNOWN"],
  [413, "UNKNOWN"],
  [415, "UNKNOWN"],
  [429, "UNAVAILABLE"],
  [499, "UNKNOWN"],
  [500, "UNKNOWN"],
  [501, "UNKNOWN"],
  [502, "UNAVAILABLE"],
  [503, "UNAVAILABLE"],
  [504, "UNAVAILABLE"],
  [505, "UNKNOWN"],
] as const)("HTTP %d without a code is %s", (status, name) => {
  expect(codeOfHttpStatus(status)).toBe(GrpcStatusCode[name]);
});
