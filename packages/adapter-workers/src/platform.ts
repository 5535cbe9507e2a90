import type { CallContext } from "@railhead/core";

/** The part of a Worker's `ExecutionContext` (or of a Durable Object's state) that this adapter uses. */
export interface WorkerExecutionContext {
  waitUntil(work: Promise<unknown>): void;
}

/** What Workers offer to a handler beside its request. */
export interface WorkerPlatform<Env = unknown> {
  /** The bindings: D1, KV, Durable Objects, variables, secrets. */
  readonly env: Env;
  readonly ctx: WorkerExecutionContext;
  /** The request as it came, with Cloudflare's `cf` properties. Its body belongs to the call. */
  readonly request: Request;
}

/** The class tells our own platform from another adapter's. */
export class WorkerCall<Env> implements WorkerPlatform<Env> {
  readonly env: Env;
  readonly ctx: WorkerExecutionContext;
  readonly request: Request;

  constructor(env: Env, ctx: WorkerExecutionContext, request: Request) {
    this.env = env;
    this.ctx = ctx;
    this.request = request;
  }
}

/**
 * `context.platform`, typed: `workerPlatform<Env>(context).env.DB`.
 *
 * @throws TypeError when the call did not come through this adapter
 */
export function workerPlatform<Env = unknown>(context: CallContext): WorkerPlatform<Env> {
  // Which Env a Worker has is known where it is configured, not here.
  if (context.platform instanceof WorkerCall) return context.platform as WorkerPlatform<Env>;
  throw new TypeError("this call did not come through @railhead/adapter-workers");
}
