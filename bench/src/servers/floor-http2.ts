import http2, { type ServerHttp2Stream } from "node:http2";
import { PATHS } from "../messages.ts";
import { answerGetUser, limitOf, nextUser } from "./floor-work.ts";
import { listen, type RunningServer } from "./listen.ts";

/**
 * The floor for gRPC: the least code that puts the same bytes on the same transport. No limits, no deadlines, no
 * errors, no cancellation; only backpressure, without which a stream would be measured into memory.
 */

const HEADERS = { ":status": 200, "content-type": "application/grpc+proto" };
const BATCH_BYTES = 16 * 1024;

export function startFloorHttp2(): Promise<RunningServer> {
  const server = http2.createServer();
  server.on("stream", (stream, headers) => {
    const chunks: Buffer[] = [];
    stream.on("data", (chunk: Buffer) => chunks.push(chunk));
    stream.on("end", () => {
      const [first] = chunks;
      const body = chunks.length === 1 && first !== undefined ? first : Buffer.concat(chunks);
      stream.respond(HEADERS, { waitForTrailers: true });
      stream.on("wantTrailers", () => stream.sendTrailers({ "grpc-status": "0" }));
      if (headers[":path"] === PATHS.getUser) stream.end(answerGetUser(body));
      else pump(stream, limitOf(body));
    });
  });
  return listen(server);
}

/** Messages gathered to 16 KiB a write, until the stream says stop. */
function pump(stream: ServerHttp2Stream, count: number): void {
  let sent = 0;
  const more = (): void => {
    while (sent < count) {
      const frames: Buffer[] = [];
      for (let bytes = 0; sent < count && bytes < BATCH_BYTES; sent++) {
        const message = nextUser();
        bytes += message.length;
        frames.push(message);
      }
      if (!stream.write(Buffer.concat(frames))) {
        stream.once("drain", more);
        return;
      }
    }
    stream.end();
  };
  more();
}
