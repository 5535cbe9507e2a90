import type { ServerResponse } from "node:http";
import type { HttpAnswer, HttpHead } from "./http.ts";

export function writeHead({ status, headers }: HttpHead, response: ServerResponse): void {
  // A head that Node refused may have left something.
  for (const name of response.getHeaderNames()) response.removeHeader(name);
  response.statusCode = status;
  for (const [name, value] of headers) response.appendHeader(name, value);
}

/** Once a head is sent, all that can be told of a failure is that the response is not complete. */
export function send({ body, ...head }: HttpAnswer, response: ServerResponse): void {
  if (response.headersSent) {
    response.destroy();
    return;
  }
  const bytes = Buffer.from(body);
  writeHead(head, response);
  if (head.status !== 204 && head.status !== 304) response.setHeader("content-length", bytes.length);
  response.end(bytes);
}
