import type { HandlerFile } from "./handler-file.ts";

/** A function with all its settings. */
export interface FunctionConfig {
  readonly handler: HandlerFile;
  readonly functionName: string;
  readonly timeoutMs: number;
  readonly memoryMB: number;
  readonly region: string;
  readonly accountId: string;
  readonly env: Readonly<Record<string, string>>;
  /** Invocations that a process takes at a time; undefined: one, in the mode for one. */
  readonly maxConcurrency: number | undefined;
  /** Takes a line of the log, without its end. */
  readonly log: (line: string) => void;
}

/** @param qualifier version or alias; undefined: the function itself */
export function functionArn({ region, accountId, functionName }: FunctionConfig, qualifier?: string): string {
  const suffix = qualifier === undefined ? "" : `:${qualifier}`;
  return `arn:aws:lambda:${region}:${accountId}:function:${functionName}${suffix}`;
}

/**
 * The variables that Lambda sets for a process, and the function's own.
 * https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html#configuration-envvars-runtime
 *
 * @param runtimeApi host and port
 */
export function environmentOf(
  config: FunctionConfig,
  runtimeApi: string,
  logStream: string,
): Record<string, string> {
  const { handler, functionName, region, memoryMB, maxConcurrency } = config;
  return {
    PATH: process.env.PATH ?? "",
    LANG: "en_US.UTF-8",
    TZ: ":UTC",
    ...handler.env,
    ...config.env,
    _HANDLER: handler.handler,
    LAMBDA_TASK_ROOT: handler.taskRoot,
    AWS_REGION: region,
    AWS_DEFAULT_REGION: region,
    AWS_EXECUTION_ENV: `AWS_Lambda_nodejs${process.versions.node.split(".")[0]}.x`,
    AWS_LAMBDA_FUNCTION_NAME: functionName,
    AWS_LAMBDA_FUNCTION_VERSION: "$LATEST",
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(memoryMB),
    AWS_LAMBDA_INITIALIZATION_TYPE: "on-demand",
    AWS_LAMBDA_LOG_GROUP_NAME: `/aws/lambda/${functionName}`,
    AWS_LAMBDA_LOG_STREAM_NAME: logStream,
    AWS_LAMBDA_RUNTIME_API: runtimeApi,
    ...(maxConcurrency !== undefined && { AWS_LAMBDA_MAX_CONCURRENCY: String(maxConcurrency) }),
  };
}
