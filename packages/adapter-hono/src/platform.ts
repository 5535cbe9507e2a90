import type { CallContext } from "@railhead/core";
import type { Context, Env } from "hono";

/** Marks the platform of calls that came through Hono. */
export class HonoCall {
  readonly context: Context;

  constructor(context: Context) {
    this.context = context;
  }
}

/**
 * Hono's own context of a call: its variables, bindings and request, as middleware left them.
 *
 * @throws TypeError when the call did not come through this adapter
 */
export function honoContext<E extends Env = Env>(context: CallContext): Context<E> {
  // Which Env an app has is known where it is made, not here.
  if (context.platform instanceof HonoCall) return context.platform.context as Context<E>;
  throw new TypeError("this call did not come through @railhead/adapter-hono");
}
