import { expect, test } from "vitest";
import { addOutcomes, parseOutcome } from "../src/run/outcome.ts";

const OUTPUT = `Computed 840 config case permutations.
Running 746 tests with reference client for server config {HTTP_VERSION_1, PROTOCOL_GRPC_WEB, TLS:false}...
Running 10 tests with reference client for server config {HTTP_VERSION_2, PROTOCOL_GRPC, TLS:true (with client certs)}...
Running 30 tests with reference client (grpc) for server config {HTTP_VERSION_2, PROTOCOL_GRPC, TLS:false}...
`;

test("cases are told apart by HTTP version and protocol", () => {
  expect(parseOutcome(`${OUTPUT}Total cases: 786\n786 passed, 0 failed\n`)).toEqual({
    cases: { "HTTP/1.1": { "gRPC-Web": 746 }, "HTTP/2": { gRPC: 40 } },
    passed: 786,
    failed: 0,
  });
});

test("cases that did not run have failed", () => {
  const output = `${OUTPUT}Total cases: 786\n700 passed, 2 failed\nAnother 84 could not be run due to client timing out\n`;
  expect(parseOutcome(output)).toMatchObject({ passed: 700, failed: 86 });
});

test("a runner that broke off has no outcome", () => {
  expect(() => parseOutcome(OUTPUT)).toThrow("the runner printed no sum");
});

test("the parts of a suite add up", () => {
  const part = parseOutcome(`${OUTPUT}Total cases: 786\n785 passed, 1 failed\n`);
  expect(addOutcomes([part, part])).toEqual({
    cases: { "HTTP/1.1": { "gRPC-Web": 1492 }, "HTTP/2": { gRPC: 80 } },
    passed: 1570,
    failed: 2,
  });
});
