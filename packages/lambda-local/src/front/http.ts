import type { IncomingMessage } from "node:http";
import { newTraceId } from "../trace-id.ts";

export type HeaderPairs = readonly (readonly [name: string, value: string])[];

/** A request as a front end of Lambda takes it: whole. */
export interface HttpRequest {
  readonly method: string;
  /** As the client wrote it, without the query. */
  readonly path: string;
  /** Without the "?". */
  readonly query: string;
  /** In the order and with the letters of the client. */
  readonly headers: HeaderPairs;
  readonly body: Buffer;
  readonly sourceIp: string;
  /** The client's own, or a new one. */
  readonly traceId: string;
}

export interface HttpHead {
  readonly status: number;
  readonly headers: HeaderPairs;
}

/** A whole response. */
export interface HttpAnswer extends HttpHead {
  readonly body: Uint8Array | string;
}

export function toHttpRequest(request: IncomingMessage, body: Buffer): HttpRequest {
  // A client may name scheme and host as well (RFC 9112, section 3.2.2).
  const target = (request.url ?? "/").replace(/^https?:\/\/[^/?]*/i, "");
  const mark = target.indexOf("?");
  const raw = request.rawHeaders;
  const headers: [string, string][] = [];
  for (let at = 0; at + 1 < raw.length; at += 2) headers.push([raw[at] ?? "", raw[at + 1] ?? ""]);
  return {
    method: request.method ?? "GET",
    path: (mark < 0 ? target : target.slice(0, mark)) || "/",
    query: mark < 0 ? "" : target.slice(mark + 1),
    headers,
    body,
    sourceIp: request.socket.remoteAddress ?? "127.0.0.1",
    traceId: findHeader(headers, "x-amzn-trace-id") ?? newTraceId(),
  };
}

/** The last value; undefined when there is none. @param name lower-case */
export function findHeader(headers: HeaderPairs, name: string): string | undefined {
  return headers.findLast(([key]) => key.toLowerCase() === name)?.[1];
}

/** Headers that go no further than the next hop. */
const HOP = /^(connection|keep-alive|transfer-encoding|te|trailer|upgrade|expect|proxy-connection)$/i;
/** Headers that the front end sets itself. */
const SET = /^(host|x-amzn-trace-id|x-forwarded-(for|port|proto))$/i;

/**
 * The client's headers, with what the way to Lambda adds and without what ends on it.
 *
 * @param host where AWS is reached: Lambda does not see the name that a client has for this machine
 */
export function forwardedHeaders(request: HttpRequest, host: string): HeaderPairs {
  const before = findHeader(request.headers, "x-forwarded-for");
  return [
    ...request.headers.filter(([name]) => !HOP.test(name) && !SET.test(name)),
    ["Host", host],
    ["X-Amzn-Trace-Id", request.traceId],
    ["X-Forwarded-For", before === undefined ? request.sourceIp : `${before}, ${request.sourceIp}`],
    ["X-Forwarded-Port", "443"],
    ["X-Forwarded-Proto", "https"],
  ];
}

export function jsonAnswer(status: number, body: unknown): HttpAnswer {
  return textAnswer(status, "application/json", JSON.stringify(body));
}

export function textAnswer(status: number, contentType: string, body: string): HttpAnswer {
  return { status, headers: [["content-type", contentType]], body };
}
