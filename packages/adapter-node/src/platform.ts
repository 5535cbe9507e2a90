import type { Socket } from "node:net";
import type { PeerCertificate, TLSSocket } from "node:tls";
import type { CallContext } from "@railhead/core";

/** What Node offers to a handler beside its request. */
export interface NodePlatform {
  readonly httpVersion: "1.1" | "2";
  /** The connection below; do not read or write it. Undefined when it is gone already. */
  readonly socket: Socket | undefined;
  /** Undefined on plain connections. */
  readonly tls: NodeTls | undefined;
}

/** What TLS found out about the client. */
export interface NodeTls {
  /** True when the client's certificate was asked for and is signed by one of the given authorities. */
  readonly authorized: boolean;
  /** The certificate the client sent; undefined when it sent none. Trust it only if `authorized`. */
  readonly clientCertificate: PeerCertificate | undefined;
}

/** Not by its class, whose module plain servers do not need; nor by "in", for sessions of node:http2 give a proxy. */
function isTls(socket: Socket): socket is TLSSocket {
  return (socket as Partial<TLSSocket>).getPeerCertificate !== undefined;
}

/** Where a call came from: read when a handler asks. */
export class NodePeer implements NodePlatform {
  readonly httpVersion: "1.1" | "2";
  readonly #findSocket: () => Socket | undefined;

  constructor(httpVersion: "1.1" | "2", findSocket: () => Socket | undefined) {
    this.httpVersion = httpVersion;
    this.#findSocket = findSocket;
  }

  get socket(): Socket | undefined {
    return this.#findSocket();
  }

  get tls(): NodeTls | undefined {
    const socket = this.socket;
    if (socket === undefined || !isTls(socket)) return undefined;
    const certificate = socket.getPeerCertificate();
    const isSent = Object.keys(certificate ?? {}).length > 0;
    return { authorized: socket.authorized, clientCertificate: isSent ? certificate : undefined };
  }

  /** "host:port". */
  get address(): string | undefined {
    const { remoteAddress, remotePort, remoteFamily } = this.socket ?? {};
    if (remoteAddress === undefined) return undefined;
    return remoteFamily === "IPv6" ? `[${remoteAddress}]:${remotePort}` : `${remoteAddress}:${remotePort}`;
  }
}

/**
 * `context.platform`, typed.
 *
 * @throws TypeError when the call did not come through this adapter
 */
export function nodePlatform(context: CallContext): NodePlatform {
  if (context.platform instanceof NodePeer) return context.platform;
  throw new TypeError("this call did not come through @railhead/adapter-node");
}
