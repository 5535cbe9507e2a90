import http from "node:http";
import http2 from "node:http2";
import { collect } from "./collect.ts";
import { listen, type RunningServer } from "./listen.ts";
import { answerWeb } from "./web-answer.ts";

/** The floor for gRPC-Web and Connect: whole bodies both ways, over HTTP/1.1 and HTTP/2. */

export function startFloorHttp1(): Promise<RunningServer> {
  const server = http.createServer((request, response) => {
    collect(request, (body) => {
      const contentType = request.headers["content-type"] ?? "";
      const answer = answerWeb(contentType, body);
      response.writeHead(200, { "content-type": contentType, "content-length": answer.length });
      response.end(answer);
    });
  });
  return listen(server);
}

export function startFloorWebHttp2(): Promise<RunningServer> {
  const server = http2.createServer();
  server.on("stream", (stream, headers) => {
    collect(stream, (body) => {
      const contentType = headers["content-type"] ?? "";
      const answer = answerWeb(contentType, body);
      stream.respond({ ":status": 200, "content-type": contentType, "content-length": answer.length });
      stream.end(answer);
    });
  });
  return listen(server);
}
