import http from "node:http";
import { answerGetUser } from "./floor-work.ts";
import { listen, type RunningServer } from "./listen.ts";

/** The floor for gRPC-Web over HTTP/1.1: the message, then the trailers as a frame of their own. */

const OK = Buffer.from("grpc-status:0\r\n");
const TRAILERS = Buffer.concat([Buffer.from([0x80, 0, 0, 0, OK.length]), OK]);

export function startFloorHttp1(): Promise<RunningServer> {
  const server = http.createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const body = Buffer.concat([answerGetUser(Buffer.concat(chunks)), TRAILERS]);
      response.writeHead(200, {
        "content-type": "application/grpc-web+proto",
        "content-length": body.length,
      });
      response.end(body);
    });
  });
  return listen(server);
}
