import http2, { type ServerHttp2Stream } from "node:http2";
import { gunzip, gunzipSync, gzip, gzipSync } from "node:zlib";
import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
import { TextSchema } from "../gen/bench_pb.ts";
import { frameCompressed } from "../wire/frame.ts";
import { collect } from "./collect.ts";
import { listen, type RunningServer } from "./listen.ts";

/** The floors of compressed calls: EchoText, and nothing else. */

const HEADERS = { ":status": 200, "content-type": "application/grpc+proto", "grpc-encoding": "gzip" };

/** Compresses on Node's threads: other calls go on meanwhile. */
export function startFloorGzip(): Promise<RunningServer> {
  return start((request, done) => {
    gunzip(request, (_, plain) => gzip(answer(plain), (_, response) => done(response)));
  });
}

/** Compresses at once: cheaper, and no other call goes on meanwhile. */
export function startFloorGzipSync(): Promise<RunningServer> {
  return start((request, done) => done(gzipSync(answer(gunzipSync(request)))));
}

function start(respond: (request: Buffer, done: (response: Buffer) => void) => void): Promise<RunningServer> {
  const server = http2.createServer();
  server.on("stream", (stream) => {
    collect(stream, (body) => respond(body.subarray(5), (response) => send(stream, response)));
  });
  return listen(server);
}

function answer(request: Buffer): Uint8Array {
  const { text } = fromBinary(TextSchema, request);
  return toBinary(TextSchema, create(TextSchema, { text }));
}

function send(stream: ServerHttp2Stream, response: Buffer): void {
  if (stream.destroyed) return;
  stream.respond(HEADERS, { waitForTrailers: true });
  stream.on("wantTrailers", () => stream.sendTrailers({ "grpc-status": "0" }));
  stream.end(frameCompressed(response));
}
