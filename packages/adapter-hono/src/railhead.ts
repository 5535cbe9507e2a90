import type { ServerOptions } from "@railhead/core";
import {
  CLOUDFLARE_EDGE,
  type FetchTraits,
  type ServiceSource,
  serveFetch,
  serverPerEnv,
  withCodecs,
} from "@railhead/core/transport";
import type { Context, Handler } from "hono";
import { HonoCall } from "./platform.ts";

/**
 * The service as a Hono handler: `app.all("/example.UserService/*", railhead(service))`, below any prefix. Speaks
 * gRPC-Web and Connect on every runtime that Hono runs on.
 *
 * @param service the service, or a function that makes it of Hono's `env`: called once for each `env` object, that is
 *   once for each isolate on Workers. When it throws, the call is answered with HTTP 500, and the next one calls it again
 * @throws TypeError for what is no service
 * @throws RangeError or TypeError for an option that makes no sense, naming it
 */
export function railhead<Bindings extends object = object>(
  service: ServiceSource<Bindings>,
  options: ServerOptions = {},
): Handler<{ Bindings: Bindings }> {
  const serverOf = serverPerEnv(service, { ...withCodecs(options), waitUntil, keepsCalls: true });
  return (context) =>
    serveFetch(
      serverOf(context.env),
      context.req.raw,
      { path: procedurePath(context.req.path), platform: new HonoCall(context) },
      executionContext(context) === undefined ? SERVERS : WORKERS,
    );
}

const WORKERS: FetchTraits = { ...CLOUDFLARE_EDGE, endsQuietly: true, isHeldByRuntime: true };
const SERVERS: FetchTraits = {
  ...CLOUDFLARE_EDGE,
  endsQuietly: true,
  grpcAdvice: "Hono has none, so use gRPC-Web, or @railhead/adapter-node on a port of its own",
};

/** The last two segments: a route may put the service below any prefix. */
function procedurePath(path: string): string {
  return /\/[^/]*\/[^/]*$/.exec(path)?.[0] ?? path;
}

function waitUntil(work: Promise<unknown>, platform: unknown): void {
  if (platform instanceof HonoCall) executionContext(platform.context)?.waitUntil(work);
}

/** Undefined on runtimes without one, where nothing stops when a response is done. */
function executionContext(context: Context): { waitUntil(work: Promise<unknown>): void } | undefined {
  try {
    return context.executionCtx;
  } catch {
    return undefined;
  }
}
