import type { ServerResponse } from "node:http";
import type { HttpAnswer, HttpHead } from "./http.ts";

export function writeHead({ status, headers }: HttpHead, response: ServerResponse): void {
  // A head that Node refused may have left something.
  for (const name of response.getHeaderNames()) response.removeHeader(name);
  response.statusCode = status;
  for (const [name, value] of headers) response.appendHeader(name, value);
}

/** Waits until the client has room for more, or is gone. */
export async function write(chunk: Buffer, response: ServerResponse): Promise<void> {
  if (chunk.length === 0 || response.write(chunk) || response.destroyed) return;
  await new Promise<void>((resolve) => {
    const done = (): void => {
      response.off("drain", done).off("close", done);
      resolve();
    };
    response.on("drain", done).on("close", done);
  });
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
