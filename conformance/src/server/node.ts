import { serve } from "@railhead/adapter-node";
import type { ServerCompatRequest } from "../gen/connectrpc/conformance/v1/server_compat_pb.ts";
import { type RunningServer, runServerProgram } from "./program.ts";
import { json, service } from "./service.ts";
import { tlsOf } from "./tls.ts";

await runServerProgram(start);

async function start(request: ServerCompatRequest): Promise<RunningServer> {
  const { messageReceiveLimit } = request;
  const tls = tlsOf(request);
  const server = await serve(service, {
    port: 0,
    host: "127.0.0.1",
    json,
    ...(messageReceiveLimit > 0 && { maxReceiveMessageBytes: messageReceiveLimit }),
    ...(tls && { tls: { key: tls.key, cert: tls.cert, ...(tls.ca && { ca: tls.ca }) } }),
  });
  return { port: server.port, tls, close: () => server.close() };
}
