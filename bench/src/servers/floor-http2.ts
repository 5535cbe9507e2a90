import http2, { type ServerHttp2Stream } from "node:http2";
import { PATHS } from "../paths.ts";
import { frame } from "../wire/frame.ts";
import { CERTIFICATE } from "./certificate.ts";
import { collect } from "./collect.ts";
import { answerChat, eachMessage, streamOf, summaryOf, UNARY } from "./floor-work.ts";
import { listen, type RunningServer } from "./listen.ts";

/**
 * The floor for gRPC: the least code that puts the same bytes on the same transport. No limits, no deadlines, no
 * errors, no cancellation; only backpressure, without which a stream would be measured into memory.
 */

const HEADERS = { ":status": 200, "content-type": "application/grpc+proto" };
const BATCH_BYTES = 16 * 1024;
/** What Railhead's grow to: the floor of large messages shall not be one of small windows. */
const WINDOW_BYTES = 16 * 1024 * 1024;

export function startFloorHttp2(): Promise<RunningServer> {
  return listen(withStreams(http2.createServer({ settings: { initialWindowSize: WINDOW_BYTES } })));
}

export function startFloorTls(): Promise<RunningServer> {
  return listen(
    withStreams(http2.createSecureServer({ ...CERTIFICATE, settings: { initialWindowSize: WINDOW_BYTES } })),
  );
}

function withStreams<Server extends http2.Http2Server | http2.Http2SecureServer>(server: Server): Server {
  server.on("session", (session) => session.setLocalWindowSize(WINDOW_BYTES));
  server.on("stream", (stream, headers) => {
    const path = headers[":path"];
    // Of a connection that its client has cut.
    stream.on("error", ignore);
    if (path === PATHS.chat) pingPong(stream);
    else collect(stream, (body) => answer(stream, path, body));
  });
  return server;
}

function answer(stream: ServerHttp2Stream, path: string | undefined, body: Buffer): void {
  const unary = UNARY[path ?? ""];
  respond(stream, HEADERS);
  if (unary !== undefined) stream.end(frame(unary(body.subarray(5))));
  else if (path === PATHS.createUsers || path === PATHS.upload) stream.end(summaryOf(path, body));
  else pump(stream, streamOf(path, body));
}

function respond(stream: ServerHttp2Stream, headers: http2.OutgoingHttpHeaders): void {
  stream.respond(headers, { waitForTrailers: true });
  stream.on("wantTrailers", () => stream.sendTrailers({ "grpc-status": "0" }));
}

/** Messages gathered to 16 KiB a write, until the stream says stop. */
function pump(stream: ServerHttp2Stream, next: () => Buffer | undefined): void {
  const more = (): void => {
    while (true) {
      const frames: Buffer[] = [];
      let message: Buffer | undefined;
      for (let bytes = 0; bytes < BATCH_BYTES; bytes += message.length) {
        message = next();
        if (message === undefined) break;
        frames.push(message);
      }
      const [first] = frames;
      const batch = frames.length === 1 && first !== undefined ? first : Buffer.concat(frames);
      if (message === undefined) return void stream.end(batch);
      if (!stream.write(batch)) return void stream.once("drain", more);
    }
  };
  more();
}

/** Answers each message as soon as it is there. */
function pingPong(stream: ServerHttp2Stream): void {
  respond(stream, HEADERS);
  let rest: Buffer = Buffer.alloc(0);
  stream.on("data", (chunk: Buffer) => {
    const answers: Buffer[] = [];
    rest = eachMessage(rest.length === 0 ? chunk : Buffer.concat([rest, chunk]), (message) =>
      answers.push(answerChat(message)),
    );
    if (!stream.write(answers.length === 1 && answers[0] ? answers[0] : Buffer.concat(answers))) {
      stream.pause();
      stream.once("drain", () => stream.resume());
    }
  });
  stream.on("end", () => stream.end());
}

function ignore(): void {}
