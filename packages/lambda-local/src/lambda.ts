import type { IncomingMessage, ServerResponse } from "node:http";
import { relative } from "node:path";
import { serveApi } from "./api/lambda-api.ts";
import { type FrontEndName, frontEnds } from "./front/index.ts";
import { serve } from "./front/serve.ts";
import type { FunctionConfig } from "./function-config.ts";
import { Invocation, type Invoke } from "./invocation.ts";
import { closeServer, hostOf, listen } from "./listen.ts";
import { type LambdaOptions, type Settings, toFunctionConfig, toSettings } from "./options.ts";
import { Pool } from "./pool.ts";
import { requireRuntimeClient } from "./runtime-client.ts";
import { watchFolder } from "./watch.ts";
import { Watchdog } from "./watchdog.ts";

/** A function that runs here. */
export interface LocalLambda extends AsyncDisposable {
  /** The Function URL, without a slash at its end. */
  readonly url: string;
  /** The Lambda API, for AWS's SDKs: `new LambdaClient({ endpoint, region, credentials })` with any credentials. */
  readonly endpoint: string;
  readonly functionName: string;
  /** All ways in by HTTP, each on a port of its own. */
  readonly urls: Readonly<Record<FrontEndName, string>>;
  /** Ends the function's processes and closes all ports. */
  close(): Promise<void>;
}

/**
 * Runs a Lambda function under AWS's own runtime client.
 *
 * @throws Error when the runtime client is not there, when a port is taken or when the function cannot be loaded;
 * RangeError for options that Lambda does not have; TypeError for a name that is none
 */
export async function startLambda(options: LambdaOptions): Promise<LocalLambda> {
  const entry = requireRuntimeClient();
  const config = toFunctionConfig(options);
  const settings = toSettings(options);
  const closers: Closer[] = [];
  const close = async (): Promise<void> => {
    for (const closer of closers.splice(0).reverse()) await closer();
  };
  try {
    const pool = openPool(entry, config, settings, closers);
    if (settings.isWatching) closers.push(await watchFunction(pool, config));
    if (settings.isWarm) await warm(pool, config, settings.isWatching);
    const { endpoint, ...urls } = await openPorts(config, settings, pool, closers);
    const { functionName } = config;
    return { url: urls.functionUrl, urls, endpoint, functionName, close, [Symbol.asyncDispose]: close };
  } catch (error) {
    await close();
    throw error;
  }
}

type Closer = () => void | Promise<void>;

function openPool(entry: string, config: FunctionConfig, settings: Settings, closers: Closer[]): Pool {
  const watchdog = new Watchdog();
  closers.push(() => watchdog.close());
  const pool = new Pool({ entry, watchdog }, config, settings);
  closers.push(() => pool.close());
  return pool;
}

/** @param isForgiving whether a function that cannot be loaded is a line of the log, and no reason to give up */
async function warm(pool: Pool, { handler, log }: FunctionConfig, isForgiving: boolean): Promise<void> {
  const error = await pool.warm();
  if (error === undefined) return;
  // The runtime client loses the place.
  const isSyntax = error.errorType === "Runtime.UserCodeSyntaxError";
  const where = isSyntax ? ` ("node ${handler.file}" shows where)` : "";
  // Of a handler in TypeScript it names our own module.
  const isMissing = error.errorType === "Runtime.HandlerNotFound";
  const what = isMissing ? `it does not export "${handler.exportName}"` : error.errorMessage;
  const message = `${handler.file} cannot be loaded: ${error.errorType}: ${what}${where}`;
  if (!isForgiving) throw new Error(message, { cause: error });
  log(message);
}

/** New processes for every change; those that work finish first. */
async function watchFunction(pool: Pool, config: FunctionConfig): Promise<Closer> {
  const { taskRoot } = config.handler;
  const watcher = await watchFolder(taskRoot, {
    onChange(path) {
      config.log(`${relative(taskRoot, path) || taskRoot} has changed: starting anew`);
      pool.recycle();
      void warm(pool, config, true);
    },
    onError: (error) => config.log(`Watching ${taskRoot}: ${error}`),
  });
  return () => watcher.close();
}

async function openPorts(
  config: FunctionConfig,
  { binaryMediaTypes, ports }: Settings,
  pool: Pool,
  closers: Closer[],
): Promise<Record<FrontEndName | "endpoint", string>> {
  const invoke: Invoke = (request) => {
    const invocation = new Invocation(request);
    return pool.run(invocation) ? invocation : undefined;
  };
  const open = async (port: number | undefined, answer: Answer): Promise<string> => {
    const server = await listen(port ?? 0, (request, response) => {
      answer(request, response).catch(() => response.destroy());
    });
    closers.push(() => closeServer(server));
    return `http://${hostOf(server)}`;
  };
  const fronts = frontEnds(config, binaryMediaTypes);
  const openFront = (name: FrontEndName): Promise<string> =>
    open(ports[name], (request, response) => serve(fronts[name], invoke, config.log, request, response));
  return {
    functionUrl: await openFront("functionUrl"),
    httpApi: await openFront("httpApi"),
    restApi: await openFront("restApi"),
    restApiStream: await openFront("restApiStream"),
    alb: await openFront("alb"),
    albMultiValue: await openFront("albMultiValue"),
    endpoint: await open(ports.endpoint, (request, response) => serveApi(config, invoke, request, response)),
  };
}

/** Rejects when the client has left before its request was complete. */
type Answer = (request: IncomingMessage, response: ServerResponse) => Promise<void>;
