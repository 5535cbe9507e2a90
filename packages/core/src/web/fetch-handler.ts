import type { MethodRegistry } from "../call/method.ts";
import { createServer } from "../call/server.ts";
import type { ServerOptions } from "../options.ts";
import { withCodecs } from "./compression.ts";
import { serveFetch } from "./serve-fetch.ts";

/** Answers one web request. `platform` is handed to handlers as `context.platform`. */
export type FetchHandler = (request: Request, platform?: unknown) => Promise<Response>;

/**
 * The service as a function from `Request` to `Response`, for any runtime that serves by the Fetch standard, and for
 * tests without a network. Speaks gRPC-Web and Connect; the promise rejects only where someone has read the request's body
 * already.
 *
 * @throws TypeError for what is no service
 * @throws RangeError or TypeError for an option that makes no sense, naming it
 */
export function createFetchHandler(service: MethodRegistry, options: ServerOptions = {}): FetchHandler {
  const server = createServer(service, withCodecs(options));
  return (request, platform) => serveFetch(server, request, { platform });
}
