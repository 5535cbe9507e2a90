import { inPackage } from "./paths.ts";

/** One run of the suite's runner: which program, configured how. */
export interface Suite {
  readonly name: string;
  /** What the row of the support matrix says. */
  readonly title: string;
  readonly mode: "server" | "client";
  /** File in config/: what the platform can carry. */
  readonly config: string;
  /** File in src/, started once for each kind of peer, with its arguments. */
  readonly program: readonly [file: string, ...args: string[]];
  /** A pattern of cases that run beside the others, to spread a long suite over processors. */
  readonly splitBy?: string;
}

export const SUITES: readonly Suite[] = [
  {
    name: "node",
    title: "Node (`serve`)",
    mode: "server",
    config: "node.yaml",
    program: ["server/node.ts"],
    splitBy: "**/TLS:true/**",
  },
  {
    name: "workers",
    title: "Cloudflare Workers (`createWorker`)",
    mode: "server",
    config: "workers.yaml",
    program: ["server/workers.ts"],
  },
  {
    name: "hono",
    title: "Hono on Node (`railhead`)",
    mode: "server",
    config: "hono.yaml",
    program: ["server/hono.ts"],
  },
  {
    name: "lambda-stream",
    title: "AWS Lambda, streamed (`createLambdaHandler`)",
    mode: "server",
    config: "lambda.yaml",
    program: ["server/lambda.ts", "stream"],
  },
  {
    name: "lambda-buffered",
    title: "AWS Lambda, buffered (`createLambdaHandler`)",
    mode: "server",
    config: "lambda.yaml",
    program: ["server/lambda.ts", "buffered"],
  },
  {
    name: "client-node",
    title: "Node",
    mode: "client",
    config: "client-node.yaml",
    program: ["client/node.ts"],
  },
  {
    name: "client-workers",
    title: "Cloudflare Workers",
    mode: "client",
    config: "client-workers.yaml",
    program: ["client/workers.ts"],
  },
];

/** A part of a suite, as the runner is started for it. */
export interface Job {
  readonly suite: Suite;
  readonly label: string;
  readonly filter: readonly string[];
}

/** @param patterns the only cases to run; none: all */
export function jobsOf(suite: Suite, patterns: readonly string[]): Job[] {
  const { name, splitBy } = suite;
  if (splitBy === undefined || patterns.length > 0) {
    return [{ suite, label: name, filter: patterns.flatMap((pattern) => ["--run", pattern]) }];
  }
  return [
    { suite, label: `${name}-1`, filter: ["--run", splitBy] },
    { suite, label: `${name}-2`, filter: ["--skip", splitBy] },
  ];
}

/** The command line of the program under test. */
export function commandOf({ program: [file, ...args] }: Suite): string[] {
  return [process.execPath, inPackage("src", file), ...args];
}
