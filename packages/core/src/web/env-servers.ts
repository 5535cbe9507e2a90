import type { MethodRegistry } from "../call/method.ts";
import { checkedRegistry, serverWith } from "../call/server.ts";
import { resolveSettings } from "../call/settings.ts";
import type { AdapterOptions } from "../options.ts";
import type { RpcServer } from "../transport.ts";

/** A service, or a function that makes it of a platform's bindings. */
export type ServiceSource<Env extends object> = MethodRegistry | ((env: Env) => MethodRegistry);

/**
 * The server for a set of bindings: made once where the service is given, else once for each `env` object. A service that
 * cannot be made is tried again with the next call.
 *
 * @throws TypeError for what is no service
 * @throws RangeError or TypeError for an option that makes no sense, naming it
 */
export function serverPerEnv<Env extends object>(
  source: ServiceSource<Env>,
  options: AdapterOptions,
): (env: Env | undefined) => RpcServer {
  const settings = resolveSettings(options);
  if (typeof source !== "function") {
    const server = serverWith(checkedRegistry(source), settings);
    return () => server;
  }
  const servers = new WeakMap<Env, RpcServer>();
  // Where a platform has no bindings at all, as Hono outside of Workers, a service finds none in them.
  const none = {} as Env;
  return (env = none) => {
    const known = servers.get(env);
    if (known !== undefined) return known;
    let made: MethodRegistry | undefined;
    // Made within the call, which answers as for all code of the user's when that fails.
    const registry: MethodRegistry = {
      findMethod(service, method) {
        made ??= checkedRegistry(source(env));
        return made.findMethod(service, method);
      },
    };
    const server = serverWith(registry, settings);
    servers.set(env, server);
    return server;
  };
}
