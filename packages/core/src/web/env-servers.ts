import type { MethodRegistry } from "../call/method.ts";
import { createServer } from "../call/server.ts";
import type { AdapterOptions } from "../options.ts";
import type { RpcServer } from "../transport.ts";

/** A service, or a function that makes it of a platform's bindings. */
export type ServiceSource<Env extends object> = MethodRegistry | ((env: Env) => MethodRegistry);

/** The server for a set of bindings: made once where the service is given, else once for each `env` object. */
export function serverPerEnv<Env extends object>(
  source: ServiceSource<Env>,
  options: AdapterOptions,
): (env: Env) => RpcServer {
  if (typeof source !== "function") {
    const server = createServer(source, options);
    return () => server;
  }
  const servers = new WeakMap<Env, RpcServer>();
  return (env) => {
    const known = servers.get(env);
    if (known !== undefined) return known;
    const server = createServer(source(env), options);
    servers.set(env, server);
    return server;
  };
}
