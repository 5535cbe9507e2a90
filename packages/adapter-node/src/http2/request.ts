import type { GrpcError } from "@railhead/core";
import type { HeaderReader, RequestHead } from "@railhead/core/transport";
import type { NodePeer } from "../platform.ts";

/** Fields of HTTP/1.1's connections, which HTTP/2 does not have (RFC 9113, section 8.2.2). */
const FORBIDDEN = new Set(["connection", "keep-alive", "proxy-connection", "transfer-encoding", "upgrade"]);
const COLON = 58;

/** The fields of a request: a flat list of names and values, the pseudo-headers first. */
export class FieldList implements HeaderReader {
  readonly #fields: readonly string[];
  readonly #from: number;

  constructor(fields: readonly string[], from: number) {
    this.#fields = fields;
    this.#from = from;
  }

  get(name: string): string | null {
    const fields = this.#fields;
    for (let at = this.#from; at < fields.length; at += 2) {
      if (fields[at] === name) return this.#join(name, at);
    }
    return null;
  }

  forEach(visit: (value: string, name: string) => void): void {
    const fields = this.#fields;
    for (let at = this.#from; at < fields.length; at += 2)
      visit(fields[at + 1] as string, fields[at] as string);
  }

  #join(name: string, first: number): string {
    const fields = this.#fields;
    let joined = fields[first + 1] as string;
    for (let at = first + 2; at < fields.length; at += 2) {
      // Clients may send each cookie by itself (section 8.2.3).
      if (fields[at] === name) joined += (name === "cookie" ? "; " : ", ") + (fields[at + 1] as string);
    }
    return joined;
  }
}

/** The head of a request over HTTP/2. */
export class Http2Head implements RequestHead {
  readonly method: string;
  readonly path: string;
  readonly query: string;
  readonly headers: FieldList;
  readonly platform: NodePeer;
  readonly refusal: GrpcError | undefined;

  constructor(
    { method, target, headers }: RequestFields,
    platform: NodePeer,
    refusal: GrpcError | undefined,
  ) {
    const mark = target.indexOf("?");
    this.method = method;
    this.path = mark < 0 ? target : target.slice(0, mark);
    this.query = mark < 0 ? "" : target.slice(mark + 1);
    this.headers = headers;
    this.platform = platform;
    this.refusal = refusal;
  }

  get peer(): string | undefined {
    return this.platform.address;
  }
}

/** A request's fields as HTTP/2 wants them. */
export interface RequestFields {
  readonly method: string;
  /** Path and query. */
  readonly target: string;
  readonly headers: FieldList;
  /** The announced length of the body; -1: none is. */
  readonly contentLength: number;
}

/** Reads the fields of a request (section 8.3.1). Undefined: they are malformed. */
export function readRequest(fields: readonly string[]): RequestFields | undefined {
  let from = 0;
  let method: string | undefined;
  let scheme: string | undefined;
  let target: string | undefined;
  let authority: string | undefined;
  for (; from < fields.length; from += 2) {
    const name = fields[from] as string;
    if (name.charCodeAt(0) !== COLON) break;
    const value = fields[from + 1] as string;
    if (name === ":method" && method === undefined) method = value;
    else if (name === ":scheme" && scheme === undefined) scheme = value;
    else if (name === ":path" && target === undefined) target = value;
    else if (name === ":authority" && authority === undefined) authority = value;
    else return undefined;
  }
  if (!method || !scheme || target === undefined) return undefined;
  if (!target.startsWith("/") && target !== "*") return undefined;
  let contentLength = -1;
  for (let at = from; at < fields.length; at += 2) {
    const name = fields[at] as string;
    const value = fields[at + 1] as string;
    if (name.charCodeAt(0) === COLON || FORBIDDEN.has(name)) return undefined;
    if (name === "te" && value !== "trailers") return undefined;
    if (name !== "content-length") continue;
    if (contentLength >= 0 || !/^\d+$/.test(value)) return undefined;
    contentLength = Number(value);
  }
  return { method, target, headers: new FieldList(fields, from), contentLength };
}

/** Whether the fields can be a request's trailers (section 8.1). */
export function areTrailers(fields: readonly string[]): boolean {
  for (let at = 0; at < fields.length; at += 2) {
    const name = fields[at] as string;
    if (name.charCodeAt(0) === COLON || FORBIDDEN.has(name)) return false;
  }
  return true;
}
