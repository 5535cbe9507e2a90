import type { IncomingMessage, Server, ServerResponse } from "node:http";
import { serveApi } from "./api/lambda-api.ts";
import { type FrontEndName, frontEnds } from "./front/index.ts";
import { serve } from "./front/serve.ts";
import type { FunctionConfig } from "./function-config.ts";
import { Invocation, type Invoke } from "./invocation.ts";
import { closeServer, hostOf, listen } from "./listen.ts";
import { type LambdaOptions, type Settings, toFunctionConfig, toSettings } from "./options.ts";
import { Pool } from "./pool.ts";
import { requireRuntimeClient } from "./runtime-client.ts";

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
 * RangeError for options that Lambda does not have
 */
export async function startLambda(options: LambdaOptions): Promise<LocalLambda> {
  const entry = requireRuntimeClient();
  const config = toFunctionConfig(options);
  const settings = toSettings(options);
  const pool = new Pool(entry, config, settings);
  const servers: Server[] = [];
  const close = async (): Promise<void> => {
    await Promise.all([pool.close(), ...servers.splice(0).map(closeServer)]);
  };
  try {
    if (settings.isWarm) await warm(pool, config);
    const invoke: Invoke = (request) => {
      const invocation = new Invocation(request);
      return pool.run(invocation) ? invocation : undefined;
    };
    const urls = await openFrontEnds(config, settings, invoke, servers);
    const endpoint = await openApi(config, settings, invoke, servers);
    const { functionName } = config;
    return { url: urls.functionUrl, urls, endpoint, functionName, close, [Symbol.asyncDispose]: close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function warm(pool: Pool, { handler }: FunctionConfig): Promise<void> {
  const error = await pool.warm();
  if (error === undefined) return;
  throw new Error(`${handler.file} cannot be loaded: ${error.errorType}: ${error.errorMessage}`, {
    cause: error,
  });
}

async function openFrontEnds(
  config: FunctionConfig,
  settings: Settings,
  invoke: Invoke,
  servers: Server[],
): Promise<Record<FrontEndName, string>> {
  const fronts = frontEnds(config, settings.binaryMediaTypes);
  const open = (name: FrontEndName): Promise<string> =>
    openPort(servers, settings.ports[name], (request, response) =>
      serve(fronts[name], invoke, config.log, request, response),
    );
  return {
    functionUrl: await open("functionUrl"),
    httpApi: await open("httpApi"),
    restApi: await open("restApi"),
    restApiStream: await open("restApiStream"),
    alb: await open("alb"),
    albMultiValue: await open("albMultiValue"),
  };
}

function openApi(
  config: FunctionConfig,
  settings: Settings,
  invoke: Invoke,
  servers: Server[],
): Promise<string> {
  return openPort(servers, settings.ports.endpoint, (request, response) =>
    serveApi(config, invoke, request, response),
  );
}

/** @param serve rejects when the client has left before its request was complete */
async function openPort(
  servers: Server[],
  port: number | undefined,
  serve: (request: IncomingMessage, response: ServerResponse) => Promise<void>,
): Promise<string> {
  const server = await listen(port ?? 0, (request, response) => {
    serve(request, response).catch(() => response.destroy());
  });
  servers.push(server);
  return `http://${hostOf(server)}`;
}
