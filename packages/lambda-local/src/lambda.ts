import type { Server } from "node:http";
import { functionUrl } from "./front/function-url.ts";
import { serve } from "./front/serve.ts";
import type { FunctionConfig } from "./function-config.ts";
import { Invocation, type InvocationRequest, type Outcome } from "./invocation.ts";
import { closeServer, hostOf, listen } from "./listen.ts";
import { inRange, type LambdaOptions, toFunctionConfig } from "./options.ts";
import { Pool } from "./pool.ts";
import { requireRuntimeClient } from "./runtime-client.ts";

/** A function that runs here. */
export interface LocalLambda extends AsyncDisposable {
  /** The Function URL, without a slash at its end. */
  readonly url: string;
  /** Ends the function's processes and closes all ports. */
  close(): Promise<void>;
}

/** What the front ends need of a function. */
export interface Lambda {
  /** Undefined: there are too many invocations. */
  invoke(request: InvocationRequest): Promise<Outcome | undefined>;
  log(line: string): void;
}

/**
 * Runs a Lambda function under AWS's own runtime client.
 *
 * @throws Error when the runtime client is not there, or when the function cannot be loaded
 */
export async function startLambda(options: LambdaOptions): Promise<LocalLambda> {
  const entry = requireRuntimeClient();
  const config = toFunctionConfig(options);
  const pool = new Pool(entry, config, inRange("maxEnvironments", options.maxEnvironments ?? 10, 1, 1000));
  const error = await pool.warm();
  if (error !== undefined) {
    await pool.close();
    throw new Error(`${config.handler.file} cannot be loaded: ${error.errorType}: ${error.errorMessage}`);
  }
  const server = await serveFunctionUrl(config, pool, options.port ?? 0);
  const close = async (): Promise<void> => {
    await Promise.all([closeServer(server), pool.close()]);
  };
  return { url: `http://${hostOf(server)}`, close, [Symbol.asyncDispose]: close };
}

function serveFunctionUrl(config: FunctionConfig, pool: Pool, port: number): Promise<Server> {
  const front = functionUrl(config.region);
  const lambda: Lambda = {
    invoke(request) {
      const invocation = new Invocation(request);
      pool.run(invocation);
      return invocation.outcome;
    },
    log: config.log,
  };
  return listen(port, (request, response) => {
    // The client has left before its request was complete.
    serve(front, lambda, request, response).catch(() => response.destroy());
  });
}
