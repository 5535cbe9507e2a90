import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createRequire } from "node:module";
import { bundle } from "./bundle.ts";
import type { Contender, Prepared } from "./contender.ts";
import { pinnedServer } from "./pin.ts";
import { RuntimeApi } from "./runtime-api.ts";

/** The functions there are to measure, by name. */
const LAMBDAS = {
  "lambda-floor": new URL("../lambdas/floor.ts", import.meta.url),
  "lambda-railhead": new URL("../lambdas/railhead.ts", import.meta.url),
  "lambda-connect-es": new URL("../lambdas/connect-es.ts", import.meta.url),
} satisfies Record<string, URL>;

export type LambdaName = keyof typeof LAMBDAS;

export function isLambdaName(name: string): name is LambdaName {
  return Object.hasOwn(LAMBDAS, name);
}

/** Bundles a function as one would deploy it. */
export async function prepareLambda(name: LambdaName): Promise<Prepared> {
  const { folder, remove } = await bundle(LAMBDAS[name], "index.mjs", { platform: "node" });
  return { start: () => start(folder), remove };
}

/** Runs a function under AWS's own runtime client, aws-lambda-ric. */
async function start(folder: string): Promise<Contender> {
  const api = await RuntimeApi.open();
  const [command, args] = pinnedServer(process.execPath, [runtimeClient()]);
  const child = spawn(command, args, {
    cwd: folder,
    env: environment(folder, api.port),
    stdio: ["ignore", "inherit", "inherit"],
  });
  child.once("exit", (code) => api.fail(new Error(`the runtime client ended with code ${code}`)));
  return {
    pid: child.pid ?? 0,
    port: api.port,
    invoke: (event) => api.invoke(event),
    stop: () => stop(child, api),
  };
}

async function stop(child: ChildProcess, api: RuntimeApi): Promise<void> {
  if (child.exitCode === null) {
    const exited = once(child, "exit");
    child.kill("SIGKILL");
    await exited;
  }
  api.close();
}

function runtimeClient(): string {
  try {
    return createRequire(import.meta.url).resolve("aws-lambda-ric");
  } catch (cause) {
    const message =
      "aws-lambda-ric is not installed: it runs on Linux, and building it takes cmake, make and g++";
    throw new Error(message, { cause });
  }
}

function environment(folder: string, port: number): NodeJS.ProcessEnv {
  return {
    PATH: process.env.PATH,
    _HANDLER: "index.handler",
    LAMBDA_TASK_ROOT: folder,
    AWS_LAMBDA_RUNTIME_API: `127.0.0.1:${port}`,
    AWS_LAMBDA_FUNCTION_NAME: "bench",
    AWS_LAMBDA_FUNCTION_VERSION: "$LATEST",
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: "1024",
    AWS_LAMBDA_LOG_GROUP_NAME: "bench",
    AWS_LAMBDA_LOG_STREAM_NAME: "bench",
  };
}
