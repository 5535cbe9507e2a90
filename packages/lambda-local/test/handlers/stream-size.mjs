import { once } from "node:events";

const CHUNK = Buffer.alloc(1024 * 1024);

/** Streams as many bytes as the query says. */
export async function handler({ rawQueryString }, stream) {
  for (let left = Number(rawQueryString); left > 0; left -= CHUNK.length) {
    if (!stream.write(CHUNK.subarray(0, left))) await once(stream, "drain");
  }
  stream.end();
}
handler[Symbol.for("aws.lambda.runtime.handler.streaming")] = "response";
