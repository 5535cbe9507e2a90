import { basename, extname } from "node:path";
import type { FrontEndName } from "./front/index.ts";
import type { FunctionConfig } from "./function-config.ts";
import { resolveHandler } from "./handler-file.ts";
import { ACCOUNT_CONCURRENCY, MAX_TIMEOUT_MS } from "./limits.ts";

/** How `startLambda` runs a function. */
export interface LambdaOptions {
  /**
   * The function: a file ("dist/index.mjs", its export `handler`), or a handler as Lambda's settings name it
   * ("dist/index.main"). Relative to `taskRoot`, or to the working directory.
   */
  readonly handler: string;
  /** The folder that would be deployed: the function's working directory. Default: the folder of the handler. */
  readonly taskRoot?: string | undefined;
  /** Port of the Function URL. Default 0: any free one. */
  readonly port?: number | undefined;
  /** Ports of the other front ends, and of the Lambda API (`endpoint`). Default 0: any free one. */
  readonly ports?: Ports | undefined;
  /** Time for one invocation, in milliseconds, 1 to 900,000. Default 3,000, as on Lambda. */
  readonly timeoutMs?: number | undefined;
  /** Memory of a process, in MB, 128 to 10,240: one that takes more is killed. Default 1,024. */
  readonly memoryMB?: number | undefined;
  /** The function's environment variables. It has no others but Lambda's own, PATH, LANG and TZ. */
  readonly env?: Readonly<Record<string, string>> | undefined;
  /** Default "us-east-1". */
  readonly region?: string | undefined;
  /** Default: the name of the handler's file. */
  readonly functionName?: string | undefined;
  /** The most processes at a time; further invocations wait. Default 10. */
  readonly maxEnvironments?: number | undefined;
  /** The most invocations at a time, waiting ones included; further ones are throttled. Default 1,000. */
  readonly reservedConcurrency?: number | undefined;
  /**
   * Invocations that one process takes at a time (AWS_LAMBDA_MAX_CONCURRENCY), as on Lambda Managed Instances.
   * Default: one, in the runtime client's mode for one.
   */
  readonly maxConcurrency?: number | undefined;
  /**
   * Whether a process is started at once, and a function that cannot be loaded makes `startLambda` reject. Default true.
   * With false, the first invocation starts it, and gets the error.
   */
  readonly warm?: boolean | undefined;
  /**
   * Whether a change to a file of the task root (node_modules, hidden ones and *.log left out) makes new processes take
   * the place of the old ones, which finish what they have. Default false.
   */
  readonly watch?: boolean | undefined;
  /** Content types that pass the REST APIs as bytes, such as "*\/*". Default, as on AWS: none. */
  readonly binaryMediaTypes?: readonly string[] | undefined;
  /** Takes each line of the log. Default: prints it to stderr. */
  readonly log?: ((line: string) => void) | undefined;
}

/** Numbers of ports; 0, or none, for any free one. */
export type Ports = {
  readonly [Name in Exclude<FrontEndName, "functionUrl"> | "endpoint"]?: number | undefined;
};

/** The options that are not the function's own. */
export interface Settings {
  readonly ports: Ports & { readonly functionUrl: number };
  readonly maxEnvironments: number;
  readonly reservedConcurrency: number;
  readonly isWarm: boolean;
  readonly isWatching: boolean;
  readonly binaryMediaTypes: readonly string[];
}

/** @throws RangeError for values that Lambda does not have */
export function toSettings(options: LambdaOptions): Settings {
  const { reservedConcurrency = ACCOUNT_CONCURRENCY } = options;
  const ports = { ...options.ports, functionUrl: options.port ?? 0 };
  for (const [name, port] of Object.entries(ports)) checkRange(`the port of ${name}`, port ?? 0, 0, 65_535);
  return {
    ports,
    maxEnvironments: checkRange("maxEnvironments", options.maxEnvironments ?? 10, 1, ACCOUNT_CONCURRENCY),
    reservedConcurrency: checkRange("reservedConcurrency", reservedConcurrency, 0, ACCOUNT_CONCURRENCY),
    isWarm: options.warm ?? true,
    isWatching: options.watch ?? false,
    binaryMediaTypes: options.binaryMediaTypes ?? [],
  };
}

/** @throws RangeError for values that Lambda does not have, TypeError for bad names, Error when there is no handler */
export function toFunctionConfig(options: LambdaOptions): FunctionConfig {
  const handler = resolveHandler(options.handler, options.taskRoot);
  return {
    handler,
    functionName: checkName(options.functionName ?? basename(handler.file, extname(handler.file))),
    timeoutMs: checkRange("timeoutMs", options.timeoutMs ?? 3000, 1, MAX_TIMEOUT_MS),
    memoryMB: checkRange("memoryMB", options.memoryMB ?? 1024, 128, 10_240),
    region: options.region ?? "us-east-1",
    accountId: "123456789012",
    env: options.env ?? {},
    maxConcurrency:
      options.maxConcurrency === undefined
        ? undefined
        : checkRange("maxConcurrency", options.maxConcurrency, 1, 1600),
    log: options.log ?? ((line) => console.error(line)),
  };
}

function checkRange(name: string, value: number, least: number, most: number): number {
  if (Number.isInteger(value) && value >= least && value <= most) return value;
  throw new RangeError(`${name} must be a whole number from ${least} to ${most}, and is ${value}`);
}

function checkName(name: string): string {
  if (/^[\w-]{1,64}$/.test(name)) return name;
  throw new TypeError(
    `"${name}" is no name for a function: 1 to 64 letters, digits, "-" and "_". Set functionName.`,
  );
}
