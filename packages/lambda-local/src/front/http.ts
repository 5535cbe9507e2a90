import type { IncomingMessage } from "node:http";

/** A request as a front end of Lambda takes it: whole. */
export interface HttpRequest {
  readonly method: string;
  /** As the client wrote it, without the query. */
  readonly path: string;
  /** Without the "?". */
  readonly query: string;
  /** In the order and with the letters of the client. */
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: Buffer;
  readonly sourceIp: string;
}

/** A whole response. */
export interface HttpAnswer extends HttpHead {
  readonly body: Uint8Array | string;
}

export interface HttpHead {
  readonly status: number;
  readonly headers: readonly (readonly [name: string, value: string])[];
}

export function toHttpRequest(request: IncomingMessage, body: Buffer): HttpRequest {
  const target = (request.url ?? "/").replace(/^https?:\/\/[^/?]*/i, "");
  const mark = target.indexOf("?");
  const raw = request.rawHeaders;
  const headers: [string, string][] = [];
  for (let at = 0; at + 1 < raw.length; at += 2) headers.push([raw[at] ?? "", raw[at + 1] ?? ""]);
  return {
    method: request.method ?? "GET",
    path: mark < 0 ? target : target.slice(0, mark),
    query: mark < 0 ? "" : target.slice(mark + 1),
    headers,
    body,
    sourceIp: request.socket.remoteAddress ?? "127.0.0.1",
  };
}

/** The last value of a header; undefined when the client sent none. @param name lower-case */
export function headerOf({ headers }: HttpRequest, name: string): string | undefined {
  return headers.findLast(([key]) => key.toLowerCase() === name)?.[1];
}

export function jsonAnswer(status: number, body: unknown): HttpAnswer {
  return textAnswer(status, "application/json", JSON.stringify(body));
}

export function textAnswer(status: number, contentType: string, body: string): HttpAnswer {
  return { status, headers: [["content-type", contentType]], body };
}
