import type { MethodRegistry } from "../call/method.ts";
import { createServer } from "../call/server.ts";
import type { AdapterOptions } from "../options.ts";
import type { Capabilities } from "../transport.ts";
import { webCompression } from "./compression.ts";
import { FetchCall } from "./fetch-call.ts";
import { pumpBody } from "./request-body.ts";

/** Answers one web request. `platform` is handed to handlers as `context.platform`. */
export type FetchHandler = (request: Request, platform?: unknown) => Promise<Response>;

/** A `Response` has no trailers. */
const CAPABILITIES: Capabilities = { trailers: false };

/**
 * The service as a function from `Request` to `Response`, for any runtime that serves by the Fetch standard, and for
 * tests without a network. Speaks gRPC-Web; the promise never rejects.
 */
export function createFetchHandler(service: MethodRegistry, options: AdapterOptions = {}): FetchHandler {
  const compression =
    options.compression === false ? false : { codecs: webCompression(), ...options.compression };
  const server = createServer(service, { ...options, compression });
  return (request, platform) =>
    new Promise((resolve) => {
      const url = new URL(request.url);
      const head = {
        method: request.method,
        path: url.pathname,
        query: url.search.slice(1),
        headers: request.headers,
        peer: undefined,
        platform,
      };
      const call = new FetchCall(resolve);
      const inbound = server.accept(head, call, CAPABILITIES);
      call.connect(inbound, request.signal);
      pumpBody(request, inbound, call);
    });
}
