import { basename, extname } from "node:path";
import type { FunctionConfig } from "./function-config.ts";
import { resolveHandler } from "./handler-file.ts";
import { MAX_TIMEOUT_MS } from "./limits.ts";

/** How `startLambda` runs a function. */
export interface LambdaOptions {
  /**
   * The function: a file ("dist/index.mjs", its export `handler`), or a handler as Lambda's settings name it
   * ("dist/index.main"). Relative to `taskRoot`, or to the working directory.
   */
  readonly handler: string;
  /** The folder that would be deployed: the function's working directory. Default: the folder of the handler. */
  readonly taskRoot?: string;
  /** Port of the Function URL. Default 0: any free one. */
  readonly port?: number;
  /** Time for one invocation, in milliseconds, 1 to 900,000. Default 3,000, as on Lambda. */
  readonly timeoutMs?: number;
  /** Memory of a process, in MB, 128 to 10,240. Default 1,024. */
  readonly memoryMB?: number;
  /** The function's environment variables. It has no others but Lambda's own, PATH, LANG and TZ. */
  readonly env?: Readonly<Record<string, string>>;
  /** Default "us-east-1". */
  readonly region?: string;
  /** Default: the name of the handler's file. */
  readonly functionName?: string;
  /** The most processes at a time; further invocations wait. Default 10. */
  readonly maxEnvironments?: number;
  /**
   * Invocations that one process takes at a time (AWS_LAMBDA_MAX_CONCURRENCY), as on Lambda Managed Instances.
   * Default: one, in the runtime client's mode for one.
   */
  readonly maxConcurrency?: number;
  /** Takes each line of the function's log. Default: prints it to stderr. */
  readonly log?: (line: string) => void;
}

/** @throws RangeError or TypeError for values that Lambda does not have; Error when there is no such handler */
export function toFunctionConfig(options: LambdaOptions): FunctionConfig {
  const handler = resolveHandler(options.handler, options.taskRoot);
  return {
    handler,
    functionName: options.functionName ?? basename(handler.file, extname(handler.file)),
    timeoutMs: inRange("timeoutMs", options.timeoutMs ?? 3000, 1, MAX_TIMEOUT_MS),
    memoryMB: inRange("memoryMB", options.memoryMB ?? 1024, 128, 10_240),
    region: options.region ?? "us-east-1",
    accountId: "123456789012",
    env: options.env ?? {},
    maxConcurrency:
      options.maxConcurrency === undefined
        ? undefined
        : inRange("maxConcurrency", options.maxConcurrency, 1, 1600),
    log: options.log ?? ((line) => console.error(line)),
  };
}

export function inRange(name: string, value: number, least: number, most: number): number {
  if (Number.isInteger(value) && value >= least && value <= most) return value;
  throw new RangeError(`${name} must be a whole number from ${least} to ${most}, and is ${value}`);
}
