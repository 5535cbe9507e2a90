import type { FetchTraits } from "./serve-fetch.ts";

/** What Cloudflare tells of a request, the part that is used here. */
interface EdgeRequest extends Request {
  readonly cf?: { readonly clientAcceptEncoding?: string };
}

/** How requests come through Cloudflare's edge. Elsewhere they show nothing of it, and are served like any other. */
export const CLOUDFLARE_EDGE: FetchTraits = {
  peerOf: (request) => request.headers.get("cf-connecting-ip") ?? undefined,
  cutsUploads: true,
  mayBeConverted,
  grpcAdvice: "turn on gRPC under Network in the zone's dashboard (workers.dev has none), or use gRPC-Web",
  acceptEncodingOf,
};

/**
 * The edge, whose requests all have a `cf-ray`, does not say which of them it has converted. Those of gRPC-Web's own clients
 * are none: browsers mark theirs, and others name themselves as the protocol asks (PROTOCOL-WEB, "User Agent").
 */
function mayBeConverted({ headers }: Request): boolean {
  return headers.has("cf-ray") && !headers.has("sec-fetch-mode") && !headers.has("x-user-agent");
}

/** The edge sends every Worker "br, gzip", whatever its client has said. */
function acceptEncodingOf(request: EdgeRequest): string | null | undefined {
  const accepted = request.cf?.clientAcceptEncoding;
  // Empty when the client sends none.
  return accepted === "" ? null : accepted;
}
