import type { ServerCompatRequest } from "../gen/connectrpc/conformance/v1/server_compat_pb.ts";

/** Keys and certificates as PEM text. */
export interface Tls {
  readonly key: string;
  readonly cert: string;
  /** What client certificates must be signed by; clients need none where it is undefined. */
  readonly ca: string | undefined;
}

/** What the runner brings for TLS; undefined for a plain server. */
export function tlsOf({ useTls, serverCreds, clientTlsCert }: ServerCompatRequest): Tls | undefined {
  if (!useTls) return undefined;
  if (serverCreds === undefined) throw new Error("the runner asks for TLS and brings no certificate");
  const text = (pem: Uint8Array): string => new TextDecoder().decode(pem);
  const ca = clientTlsCert.length > 0 ? text(clientTlsCert) : undefined;
  return { key: text(serverCreds.key), cert: text(serverCreds.cert), ca };
}
