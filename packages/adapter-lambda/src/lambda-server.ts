import { jsonFormat, type ServerOptions } from "@railhead/core";
import {
  type AdapterOptions,
  createServer,
  type MethodRegistry,
  type RpcServer,
  withCodecs,
} from "@railhead/core/transport";
import { lambdaCompression } from "./compression.ts";
import { Invocation } from "./invocation.ts";

/** A service, or a function that makes one: called at once, and by the next invocation where it has failed. */
export type LambdaServiceSource = MethodRegistry | (() => MethodRegistry | Promise<MethodRegistry>);

/**
 * The server for the invocations of a process.
 *
 * @throws TypeError for what is no service; the promise rejects with it when a function gave that
 */
export function lambdaServer(
  service: LambdaServiceSource,
  options: ServerOptions,
): () => RpcServer | Promise<RpcServer> {
  const adapterOptions = withLambdaDefaults(options);
  if (typeof service !== "function") {
    const server = createServer(service, adapterOptions);
    return () => server;
  }
  let server: Promise<RpcServer> | undefined;
  const start = (): Promise<RpcServer> => {
    const starting = (async () => createServer(await service(), adapterOptions))();
    server = starting;
    // Invocations fail with the error; a process that nobody calls need not end for it.
    starting.catch(() => {
      server = undefined;
    });
    return starting;
  };
  // While a process starts Lambda gives it more of a processor than later.
  void start();
  return () => server ?? start();
}

/** The options of a user with what Lambda needs where they say nothing. */
function withLambdaDefaults(options: ServerOptions): AdapterOptions {
  const { json = jsonFormat() } = options;
  return {
    ...withCodecs(options, lambdaCompression),
    json,
    // A process is frozen behind its invocation, whatever a handler still does then.
    waitUntil,
    keepsCalls: true,
    // A tick comes when the queue of microtasks is empty.
    whenIdle: process.nextTick,
  };
}

function waitUntil(work: Promise<unknown>, platform: unknown): void {
  if (platform instanceof Invocation) platform.waitUntil(work);
}
