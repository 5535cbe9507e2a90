import type { ServerOptions } from "node:https";
import type { TlsOptions } from "./options.ts";

/** What Node's TLS servers take. @throws TypeError for a key or a certificate that is no PEM */
export function tlsOptions(tls: TlsOptions): ServerOptions {
  const { key, cert, ca, minVersion = "TLSv1.2" } = tls;
  for (const [name, pem] of Object.entries({ key, cert })) checkPem(name, pem);
  const own = { key, cert, minVersion, ALPNProtocols: ["h2", "http/1.1"] };
  if (ca === undefined) return own;
  const authorities = typeof ca === "string" || Buffer.isBuffer(ca) ? ca : [...ca];
  return {
    ...own,
    ca: authorities,
    requestCert: true,
    rejectUnauthorized: tls.requireClientCertificate ?? true,
  };
}

/** Node takes a server without them, which fails every handshake, and says "no start line" to the name of a file. */
function checkPem(name: string, pem: string | Buffer | undefined): void {
  if (pem === undefined || (typeof pem === "string" && !pem.includes("-----BEGIN "))) {
    throw new TypeError(`tls.${name} must be PEM: what is in the file, not its name`);
  }
}
