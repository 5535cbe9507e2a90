import type { ServerOptions } from "@railhead/core";
import {
  CLOUDFLARE_EDGE,
  type FetchTraits,
  type MethodRegistry,
  type ServiceSource,
  serveFetch,
  serverPerEnv,
  withCodecs,
} from "@railhead/core/transport";
import { WorkerCall, type WorkerExecutionContext } from "./platform.ts";

/** A module Worker: `export default createWorker(...)`. */
export interface Worker<Env> {
  /** Rejects only where someone has read the request's body already. In a Durable Object, pass its state for `ctx`. */
  fetch(request: Request, env: Env, ctx: WorkerExecutionContext): Promise<Response>;
}

/**
 * The service as a module Worker. Speaks gRPC-Web and Connect, and native gRPC where Cloudflare's edge converts.
 *
 * @throws TypeError for what is no service
 * @throws RangeError or TypeError for an option that makes no sense, naming it
 */
export function createWorker(service: MethodRegistry, options?: ServerOptions): Worker<unknown>;
/**
 * The service as a module Worker, made of its bindings.
 *
 * @param service the service, or a function that makes it of the bindings: called once for each `env`, that is once
 *   for each isolate. When it throws, the call is answered with HTTP 500, and the next one calls it again
 * @throws TypeError for what is no service
 * @throws RangeError or TypeError for an option that makes no sense, naming it
 */
export function createWorker<Env extends object>(
  service: ServiceSource<Env>,
  options?: ServerOptions,
): Worker<Env>;
export function createWorker<Env extends object>(
  service: ServiceSource<Env>,
  options: ServerOptions = {},
): Worker<Env> {
  const serverOf = serverPerEnv(service, { ...withCodecs(options), waitUntil, keepsCalls: true });
  return {
    fetch: (request, env, ctx) =>
      serveFetch(serverOf(env), request, { platform: new WorkerCall(env, ctx, request) }, WORKERS),
  };
}

const WORKERS: FetchTraits = { ...CLOUDFLARE_EDGE, isHeldByRuntime: true };

function waitUntil(work: Promise<unknown>, platform: unknown): void {
  if (platform instanceof WorkerCall) platform.ctx.waitUntil(work);
}
