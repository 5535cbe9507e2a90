import type { SecureVersion } from "node:tls";
import type { ServerOptions } from "@railhead/core";

/** Of `maxConcurrentStreams`. */
export const DEFAULT_MAX_CALLS = 1024;

/** Keys and certificates as PEM text or bytes. */
export interface TlsOptions {
  readonly key: string | Buffer;
  /** The server's certificate, followed by the intermediate ones. */
  readonly cert: string | Buffer;
  /** The authorities that sign client certificates. Given, clients are asked for one (mutual TLS). */
  readonly ca?: string | Buffer | readonly (string | Buffer)[] | undefined;
  /** Refuses clients without a certificate that `ca` signed. Default: true when `ca` is given. */
  readonly requireClientCertificate?: boolean | undefined;
  /** Default: "TLSv1.2", the least that HTTP/2 permits. */
  readonly minVersion?: SecureVersion | undefined;
}

/** Pings that find out whether the other end of an HTTP/2 connection is still there (RFC 9113, section 6.7). */
export interface KeepaliveOptions {
  /** Milliseconds between HTTP/2 pings on a connection; over HTTP/1.1, of silence until TCP asks. Default: 60,000. */
  readonly intervalMs?: number | undefined;
  /** Milliseconds until an unanswered ping ends an HTTP/2 connection. Default: 20,000. TCP gives up by itself. */
  readonly timeoutMs?: number | undefined;
}

/**
 * How many calls a client may cancel on one HTTP/2 connection, which is closed beyond (GOAWAY with ENHANCE_YOUR_CALM): a
 * cancelled call makes room for the next one before its handler has stopped (CVE-2023-44487, "rapid reset"). Calls that the
 * server resets because the client broke a rule count, too (CVE-2025-8671, "made you reset").
 */
export interface StreamResetOptions {
  /** At once. Default: 10,000. */
  readonly burst?: number | undefined;
  /** So many more each second. Default: 1,000. */
  readonly perSecond?: number | undefined;
}

/** Options of the connections that a server accepts. */
export interface ConnectionOptions {
  /**
   * HTTP/2 flow control: bytes a client may send on a stream before the handler has read them. Default: 1 MiB, or what
   * the connection needs to be used to the full, see `maxStreamWindowBytes`.
   */
  readonly streamWindowBytes?: number | undefined;
  /**
   * Windows grow up to this many bytes where a client is far away and its handler reads as fast as it sends. Default:
   * 16 MiB, but no more than a stream's window that is given, and than half of a connection's.
   */
  readonly maxStreamWindowBytes?: number | undefined;
  /** The same for a connection as a whole; at least a stream's. Default: four times `streamWindowBytes`. */
  readonly connectionWindowBytes?: number | undefined;
  /**
   * Calls at a time on one connection. Default: 1,024. The connection of an HTTP/1.1 client that asks for more, ahead of its
   * answers, is closed.
   */
  readonly maxConcurrentStreams?: number | undefined;
  /** Calls that a client may cancel on one HTTP/2 connection before it is closed. */
  readonly streamResets?: StreamResetOptions | undefined;
  /** False: no pings. Default: `{}`, all that is in it at its own default. */
  readonly keepalive?: KeepaliveOptions | false | undefined;
  /**
   * Milliseconds after which a connection is asked to close, give or take a tenth, so that clients spread over new
   * servers. Calls in flight finish. Default: never.
   */
  readonly maxConnectionAgeMs?: number | undefined;
  /** Milliseconds that calls in flight get then. Default: as long as they take. */
  readonly maxConnectionAgeGraceMs?: number | undefined;
  /** Milliseconds a client has to say what it speaks: TLS, HTTP/1.1 or HTTP/2. Default: 10,000. */
  readonly handshakeTimeoutMs?: number | undefined;
}

/** The options of `serve`: where to listen, and those of connections and calls. */
export interface ServeOptions extends ServerOptions, ConnectionOptions {
  /** Default: 8080. 0 takes a free port, see `NodeServer.port`. */
  readonly port?: number | undefined;
  /** Address to listen on. Default: all. */
  readonly host?: string | undefined;
  /** Serve over TLS, HTTP/2 or HTTP/1.1 as the client chooses by ALPN. Default: plain, both on one port. */
  readonly tls?: TlsOptions | undefined;
}
