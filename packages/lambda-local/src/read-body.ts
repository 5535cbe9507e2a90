import type { IncomingMessage } from "node:http";

/**
 * Reads a request's body. Undefined when it has more than `maxBytes`: the rest is thrown away as it comes, so that the
 * client can be told. Rejects when the client leaves.
 */
export async function readBody(request: IncomingMessage, maxBytes: number): Promise<Buffer | undefined> {
  let chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes <= maxBytes) chunks.push(chunk);
    else chunks = [];
  }
  return bytes <= maxBytes ? Buffer.concat(chunks) : undefined;
}
