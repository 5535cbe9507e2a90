import type { ServerOptions } from "@railhead/core";
import {
  type AdapterOptions,
  createServer,
  type MethodRegistry,
  type RpcServer,
  serveFetch,
  withWebCompression,
} from "@railhead/core/transport";
import { WorkerCall, type WorkerExecutionContext } from "./platform.ts";

/** A module Worker: `export default createWorker(...)`. */
export interface Worker<Env> {
  /** Never rejects. In a Durable Object, pass its state for `ctx`. */
  fetch(request: Request, env: Env, ctx: WorkerExecutionContext): Promise<Response>;
}

/**
 * The service as a module Worker. Speaks gRPC-Web, and so native gRPC where Cloudflare's edge converts.
 *
 * @param service the service, or a function that makes it of the bindings: called once for each `env`, that is once
 *   for each isolate
 * @throws RangeError or TypeError for an option that makes no sense, naming it
 */
export function createWorker<Env extends object = object>(
  service: MethodRegistry | ((env: Env) => MethodRegistry),
  options: ServerOptions = {},
): Worker<Env> {
  const settings = { ...withWebCompression(options), waitUntil };
  const serverOf = typeof service === "function" ? perEnv(service, settings) : always(service, settings);
  return {
    fetch(request, env, ctx) {
      return serveFetch(serverOf(env), request, {
        peer: request.headers.get("cf-connecting-ip") ?? undefined,
        platform: new WorkerCall(env, ctx, request),
        streamBodies: true,
      });
    },
  };
}

function waitUntil(work: Promise<unknown>, platform: unknown): void {
  if (platform instanceof WorkerCall) platform.ctx.waitUntil(work);
}

function always(service: MethodRegistry, options: AdapterOptions): () => RpcServer {
  const server = createServer(service, options);
  return () => server;
}

/** The server of each env, made when its first request comes. */
function perEnv<Env extends object>(
  createService: (env: Env) => MethodRegistry,
  options: AdapterOptions,
): (env: Env) => RpcServer {
  const servers = new WeakMap<Env, RpcServer>();
  return (env) => {
    const known = servers.get(env);
    if (known !== undefined) return known;
    const server = createServer(createService(env), options);
    servers.set(env, server);
    return server;
  };
}
