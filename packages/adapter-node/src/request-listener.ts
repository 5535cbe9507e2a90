import type { IncomingMessage, ServerResponse } from "node:http";
import type { Http2ServerRequest, Http2ServerResponse } from "node:http2";
import type { ServerOptions } from "@railhead/core";
import { createServer, type MethodRegistry } from "@railhead/core/transport";
import { withNodeDefaults } from "./defaults.ts";
import { type Http1Connection, serveRequest } from "./http1-call.ts";
import { serveStream } from "./http2-call.ts";
import { Lifecycle } from "./lifecycle.ts";
import { DEFAULT_MAX_CALLS } from "./options.ts";
import { withoutBodies } from "./taken-body.ts";

/** Connections are their server's business, but for what no server of Node's limits. */
const FOREIGN: Http1Connection = { mustClose: () => false, maxCalls: DEFAULT_MAX_CALLS };

/** A listener for `node:http`, `node:https` and `node:http2`, and middleware for Express. */
export type RequestListener = (
  request: IncomingMessage | Http2ServerRequest,
  response: ServerResponse | Http2ServerResponse,
  /** Called for paths that are none of the service's; without it, those are answered with 404 or UNIMPLEMENTED. */
  next?: () => void,
) => void;

/**
 * The service as a request listener, to mount into a server that exists. gRPC needs HTTP/2 below, gRPC-Web takes
 * either. Windows, pings and draining are the server's own business then. It has to stand before any body parser: calls
 * whose body is gone are INTERNAL.
 *
 * @throws TypeError for what is no service
 * @throws RangeError or TypeError for an option that makes no sense, naming it
 */
export function createRequestListener(service: MethodRegistry, options: ServerOptions = {}): RequestListener {
  const lifecycle = new Lifecycle();
  const ready = createServer(service, withNodeDefaults(options));
  const tooLate = withoutBodies(ready);
  return (request, response, next) => {
    if (next !== undefined && !isServed(service, request.url ?? "")) {
      next();
      return;
    }
    const server = isBodyRead(request) ? tooLate : ready;
    if (!isHttp2(request)) {
      serveRequest(server, lifecycle, request, response as ServerResponse, FOREIGN);
      return;
    }
    // The compatibility API would send trailers of its own; the call runs on the stream below it.
    request.stream.removeAllListeners("wantTrailers");
    serveStream(server, lifecycle, request.stream, request.headers, request.rawHeaders);
  };
}

function isHttp2(request: IncomingMessage | Http2ServerRequest): request is Http2ServerRequest {
  return request.httpVersionMajor === 2;
}

/** Whether the path names a service that is registered, whatever the method. */
function isServed(service: MethodRegistry, url: string): boolean {
  const [, serviceName = ""] = url.split("/", 2);
  return service.findMethod(serviceName, "") !== undefined;
}

/** Whether someone else has taken the body, such as a body parser: the call would wait for it for ever. */
function isBodyRead(request: IncomingMessage | Http2ServerRequest): boolean {
  return request.method === "POST" && (request.readableDidRead || request.readableEnded);
}
