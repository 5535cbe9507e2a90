/** Cases by HTTP version ("HTTP/1.1", "HTTP/2") and protocol. */
export type Cases = Record<string, Record<string, number>>;

/** What one run of the runner came to. */
export interface Outcome {
  readonly cases: Cases;
  readonly passed: number;
  readonly failed: number;
}

const HTTP: Readonly<Record<string, string>> = { "1": "HTTP/1.1", "2": "HTTP/2", "3": "HTTP/3" };
const PROTOCOLS: Readonly<Record<string, string>> = {
  GRPC: "gRPC",
  GRPC_WEB: "gRPC-Web",
  CONNECT: "Connect",
};

/**
 * Reads what the runner prints with `-v`: a line for each kind of peer with its number of cases, and the sum at the end.
 *
 * @throws Error when there is no sum, or when it is not that of the lines
 */
export function parseOutcome(output: string): Outcome {
  const cases: Cases = {};
  let announced = 0;
  for (const [, count, version = "", protocol = ""] of output.matchAll(
    /^Running (\d+) tests .*\{HTTP_VERSION_(\d), PROTOCOL_(\w+),/gm,
  )) {
    addCases(cases, HTTP[version] ?? "unknown", PROTOCOLS[protocol] ?? "unknown", Number(count));
    announced += Number(count);
  }
  const sum = /^(\d+) passed, (\d+) failed$/m.exec(output);
  if (sum === null) throw new Error("the runner printed no sum");
  const passed = Number(sum[1]);
  // Cases that could not be run count as neither; for us they failed.
  return { cases, passed, failed: Math.max(Number(sum[2]), announced - passed) };
}

export function addOutcomes(outcomes: readonly Outcome[]): Outcome {
  const cases: Cases = {};
  for (const [version, protocols] of outcomes.flatMap((outcome) => Object.entries(outcome.cases))) {
    for (const [name, count] of Object.entries(protocols)) addCases(cases, version, name, count);
  }
  const sum = (key: "passed" | "failed"): number => outcomes.reduce((total, one) => total + one[key], 0);
  return { cases, passed: sum("passed"), failed: sum("failed") };
}

function addCases(cases: Cases, version: string, protocol: string, count: number): void {
  const before = cases[version] ?? {};
  cases[version] = { ...before, [protocol]: (before[protocol] ?? 0) + count };
}
