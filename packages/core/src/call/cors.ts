import type { AllowedOrigin, CorsOptions } from "../options.ts";
import type { HeaderList, Outbound, RequestHead } from "../transport.ts";

/**
 * Cross-origin access for browsers (Fetch standard, "CORS protocol").
 */

/** Response headers of the protocols, which a browser shows to scripts only when they are exposed. */
const ALWAYS_EXPOSED = ["grpc-status", "grpc-message", "grpc-status-details-bin", "grpc-encoding"];
const EXPOSE = "access-control-expose-headers";
/** For caches of responses to GET: who asks decides on the headers, those of a refusal and of no origin included. */
const VARIES: HeaderList = ["vary", "origin"];

export function isPreflight(head: RequestHead): boolean {
  return head.method === "OPTIONS" && head.headers.get("access-control-request-method") !== null;
}

/** Answers a preflight: 204 with what is allowed, or 403. */
export function respondPreflight(head: RequestHead, out: Outbound, cors: CorsOptions): void {
  const grant = originGrant(head, cors);
  if (grant === undefined) {
    const why = `origin ${head.headers.get("origin") ?? "(none)"} is not among the allowed ones\n`;
    out.respond(403, ["content-type", "text/plain; charset=utf-8", ...VARIES], new TextEncoder().encode(why));
    return;
  }
  const headers = [...grant, "access-control-allow-methods", "GET, POST"];
  const asked = head.headers.get("access-control-request-headers");
  headers.push("vary", "access-control-request-headers");
  if (asked !== null) headers.push("access-control-allow-headers", asked);
  headers.push("access-control-max-age", String(cors.maxAgeSeconds ?? 7200));
  out.respond(204, headers);
}

/** The same response, readable across origins where the request's origin is allowed. */
export function corsOutbound(head: RequestHead, out: Outbound, cors: CorsOptions): Outbound {
  const grant = originGrant(head, cors);
  const open = (headers: HeaderList): HeaderList =>
    grant === undefined ? [...headers, ...VARIES] : [...headers, ...grant, EXPOSE, exposed(headers)];
  return {
    respond: (status, headers, body, trailers) => out.respond(status, open(headers), body, trailers),
    start: (status, headers) => out.start(status, open(headers)),
    write: (chunk) => out.write(chunk),
    finish: (trailers) => out.finish(trailers),
    reset: (code) => out.reset(code),
    resumeReading: () => out.resumeReading(),
  };
}

/** All headers of the response: the protocols', the application's, Connect's trailers. */
function exposed(headers: HeaderList): string {
  return [...new Set([...ALWAYS_EXPOSED, ...headers.filter((_, at) => at % 2 === 0)])].join(", ");
}

/** The headers that let the request's origin in; undefined when it is not allowed or there is none. */
function originGrant(head: RequestHead, cors: CorsOptions): string[] | undefined {
  const origin = head.headers.get("origin");
  if (origin === null || !isAllowed(origin, cors.origins)) return undefined;
  const anyone = cors.origins === "*" && cors.allowCredentials !== true;
  const grant = ["access-control-allow-origin", anyone ? "*" : origin, ...VARIES];
  return cors.allowCredentials === true ? [...grant, "access-control-allow-credentials", "true"] : grant;
}

function isAllowed(origin: string, origins: CorsOptions["origins"]): boolean {
  if (origins === "*") return true;
  if (typeof origins === "function") return origins(origin);
  // Array.isArray does not narrow readonly arrays.
  const list: readonly AllowedOrigin[] =
    typeof origins === "string" || origins instanceof RegExp ? [origins] : origins;
  return list.some((one) => (typeof one === "string" ? one === origin : origin.search(one) >= 0));
}
