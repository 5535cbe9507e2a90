import type { H2specCase } from "./report.ts";

/** How h2spec reaches the server. */
export type Transport = "plain" | "TLS";

/** A case that is to fail. */
export interface Exception {
  readonly name: string;
  readonly on: readonly Transport[];
  readonly reason: string;
}

const NO_PRIORITIES =
  "priorities are gone: RFC 9113, section 5.3.2, lets a server ignore them, this rule with them; the case is of RFC 7540";

export const EXCEPTIONS: readonly Exception[] = [
  {
    name: "http2/3.5/2",
    on: ["plain"],
    reason: "the port speaks HTTP/1.1, too, and answers what is no preface of HTTP/2 in that: 400",
  },
  { name: "http2/5.3.1/1", on: ["plain", "TLS"], reason: NO_PRIORITIES },
  { name: "http2/5.3.1/2", on: ["plain", "TLS"], reason: NO_PRIORITIES },
];

/** What a run came to. */
export interface Verdict {
  readonly passed: number;
  /** A line for each case that failed, and for each exception that is none. */
  readonly failures: readonly string[];
  /** A line for each exception. */
  readonly excepted: readonly string[];
}

/** Holds the cases of one run against the exceptions. A case that h2spec has skipped has shown nothing: it failed. */
export function judge(
  cases: readonly H2specCase[],
  transport: Transport,
  exceptions: readonly Exception[] = EXCEPTIONS,
): Verdict {
  const expected = exceptions.filter(({ on }) => on.includes(transport));
  const isExpected = (name: string): boolean => expected.some((exception) => exception.name === name);
  const verdicts = expected.map((exception) => ({
    exception,
    found: cases.find(({ name }) => name === exception.name),
  }));
  const others = cases.filter(({ name }) => !isExpected(name));
  return {
    passed: others.filter(({ state }) => state === "passed").length,
    failures: [
      ...others.filter(({ state }) => state !== "passed").map(describe),
      ...verdicts
        .filter(({ found }) => found?.state !== "failed")
        .map(({ exception: { name }, found }) => `${name} is on the list of exceptions, and ${stale(found)}`),
    ],
    excepted: verdicts
      .filter(({ found }) => found?.state === "failed")
      .map(({ exception: { name, reason }, found }) => `${name} ${found?.title ?? ""}: ${reason}`),
  };
}

function stale(found: H2specCase | undefined): string {
  if (found === undefined) return "there is no such case";
  return found.state === "passed" ? "passes" : "is skipped";
}

function describe({ name, title, detail }: H2specCase): string {
  return [`${name} ${title}`, ...detail.split("\n").map((line) => `    ${line}`)].join("\n");
}
