import { expect, test } from "vitest";
import { GrpcStatusCode, statusCodeName } from "../src/status.ts";

/** https://grpc.github.io/grpc/core/md_doc_statuscodes.html */
const CODES: [string, number][] = [
  ["OK", 0],
  ["CANCELLED", 1],
  ["UNKNOWN", 2],
  ["INVALID_ARGUMENT", 3],
  ["DEADLINE_EXCEEDED", 4],
  ["NOT_FOUND", 5],
  ["ALREADY_EXISTS", 6],
  ["PERMISSION_DENIED", 7],
  ["RESOURCE_EXHAUSTED", 8],
  ["FAILED_PRECONDITION", 9],
  ["ABORTED", 10],
  ["OUT_OF_RANGE", 11],
  ["UNIMPLEMENTED", 12],
  ["INTERNAL", 13],
  ["UNAVAILABLE", 14],
  ["DATA_LOSS", 15],
  ["UNAUTHENTICATED", 16],
];

test("the codes are those of gRPC, all of them and no others", () => {
  expect(Object.entries(GrpcStatusCode)).toEqual(CODES);
});

test.each(CODES)("%s has the name of its number", (name, code) => {
  expect(statusCodeName(code)).toBe(name);
});

test.each([-1, 17, 1.5, Number.NaN])("%d is no code", (code) => {
  expect(statusCodeName(code)).toBe("UNKNOWN");
});
