import type { IncomingHttpHeaders } from "node:http";
import type { RequestHead } from "@railhead/core/transport";
import { NodeHeaders } from "./headers.ts";
import type { NodePeer } from "./platform.ts";

/** The head of a request, from whichever of Node's HTTP modules. */
export class NodeHead implements RequestHead {
  readonly method: string;
  readonly path: string;
  readonly query: string;
  readonly headers: NodeHeaders;
  readonly platform: NodePeer;

  constructor(
    method: string,
    url: string,
    headers: IncomingHttpHeaders,
    raw: readonly string[],
    peer: NodePeer,
  ) {
    // Proxies may name scheme and host as well (RFC 9112, section 3.2.2).
    const target = url.replace(/^https?:\/\/[^/?]*/i, "");
    const mark = target.indexOf("?");
    this.method = method;
    this.path = mark < 0 ? target : target.slice(0, mark);
    this.query = mark < 0 ? "" : target.slice(mark + 1);
    this.headers = new NodeHeaders(headers, raw);
    this.platform = peer;
  }

  get peer(): string | undefined {
    return this.platform.address;
  }
}
