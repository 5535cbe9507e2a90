import { type ServeOptions, serve } from "@railhead/adapter-node";
import type { ServerCompatRequest } from "../gen/connectrpc/conformance/v1/server_compat_pb.ts";
import { type RunningServer, runServerProgram } from "./program.ts";
import { json, service } from "./service.ts";

await runServerProgram(start);

async function start(request: ServerCompatRequest): Promise<RunningServer> {
  const tls = tlsOptions(request);
  const { messageReceiveLimit } = request;
  const server = await serve(service, {
    port: 0,
    host: "127.0.0.1",
    json,
    ...(messageReceiveLimit > 0 && { maxReceiveMessageBytes: messageReceiveLimit }),
    ...(tls && { tls }),
  });
  const pemCert = request.serverCreds?.cert ?? new Uint8Array();
  return { response: { host: "127.0.0.1", port: server.port, pemCert }, close: () => server.close() };
}

function tlsOptions({ useTls, serverCreds, clientTlsCert }: ServerCompatRequest): ServeOptions["tls"] {
  if (!useTls) return undefined;
  if (serverCreds === undefined) throw new Error("the runner asks for TLS and brings no certificate");
  return {
    key: Buffer.from(serverCreds.key),
    cert: Buffer.from(serverCreds.cert),
    ...(clientTlsCert.length > 0 && { ca: Buffer.from(clientTlsCert) }),
  };
}
