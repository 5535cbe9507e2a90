import type { CorsOptions } from "../options.ts";
import { refuse } from "../protocol/negotiate.ts";
import type { WholeResponse } from "../protocol/protocol.ts";
import type { HeaderList, Outbound, RequestHead } from "../transport.ts";

/**
 * Cross-origin access for browsers (Fetch standard, "CORS protocol").
 */

/** Response headers of the protocols, which a browser shows to scripts only when they are exposed. */
const ALWAYS_EXPOSED = ["grpc-status", "grpc-message", "grpc-status-details-bin", "grpc-encoding"];
/** For caches of responses to GET: who asks decides on the headers, those of a refusal and of no origin included. */
const VARIES: HeaderList = ["vary", "origin"];

/** The answer to a preflight: 204 with what is allowed, or 403; undefined for any other request. */
export function preflightResponse(head: RequestHead, cors: CorsOptions): WholeResponse | undefined {
  const { headers } = head;
  if (head.method !== "OPTIONS" || headers.get("access-control-request-method") === null) return undefined;
  const grant = originGrant(head, cors);
  if (!grant) {
    return refuse(403, `origin ${headers.get("origin") ?? "(none)"} is not allowed`, VARIES);
  }
  const asked = headers.get("access-control-request-headers");
  return {
    status: 204,
    headers: [
      ...grant,
      ...["access-control-allow-methods", "GET, POST"],
      ...["vary", "access-control-request-headers"],
      ...(asked === null ? [] : ["access-control-allow-headers", asked]),
      ...["access-control-max-age", String(cors.maxAgeSeconds ?? 7200)],
    ],
  };
}

/** The same response, readable across origins where the request's origin is allowed. */
export function corsOutbound(head: RequestHead, out: Outbound, cors: CorsOptions): Outbound {
  const grant = originGrant(head, cors);
  const open = (headers: HeaderList): HeaderList => [
    ...headers,
    ...(grant ? [...grant, "access-control-expose-headers", exposed(headers)] : VARIES),
  ];
  return {
    respond: (status, headers, body, trailers) => out.respond(status, open(headers), body, trailers),
    start: (status, headers) => out.start(status, open(headers)),
    write: (pieces) => out.write(pieces),
    finish: (trailers) => out.finish(trailers),
    resumeReading: () => out.resumeReading(),
    watch: () => out.watch?.(),
  };
}

/** All headers of the response: the protocols', the application's, Connect's trailers. */
function exposed(headers: HeaderList): string {
  return [...new Set([...ALWAYS_EXPOSED, ...headers.filter((_, at) => at % 2 === 0)])].join(", ");
}

/** The headers that let the request's origin in; undefined when it is not allowed or there is none. */
function originGrant(
  head: RequestHead,
  { origins, allowCredentials = false }: CorsOptions,
): HeaderList | undefined {
  const origin = head.headers.get("origin");
  if (origin === null || !isAllowed(origin, origins)) return undefined;
  const allowed = origins === "*" && !allowCredentials ? origins : origin;
  return [
    ...["access-control-allow-origin", allowed],
    ...(allowCredentials ? ["access-control-allow-credentials", "true"] : []),
    ...VARIES,
  ];
}

function isAllowed(origin: string, origins: CorsOptions["origins"]): boolean {
  // An async function gives a promise, which must not pass for consent.
  if (typeof origins === "function") return origins(origin) === true;
  const list = [origins].flat();
  return (
    origins === "*" ||
    list.some((one) => one === origin || (one instanceof RegExp && origin.search(one) >= 0))
  );
}
