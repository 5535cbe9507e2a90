import { once } from "node:events";
import http from "node:http";
import https from "node:https";
import type { AddressInfo } from "node:net";
import zlib from "node:zlib";
import { getRequestListener } from "@hono/node-server";
import { railhead } from "@railhead/adapter-hono";
import { zlibCompression } from "@railhead/core";
import { Hono } from "hono";
import type { ServerCompatRequest } from "../gen/connectrpc/conformance/v1/server_compat_pb.ts";
import { type RunningServer, runServerProgram } from "./program.ts";
import { json, service } from "./service.ts";
import { tlsOf } from "./tls.ts";

await runServerProgram(start);

async function start(request: ServerCompatRequest): Promise<RunningServer> {
  const { messageReceiveLimit } = request;
  const limit = messageReceiveLimit > 0 && { maxReceiveMessageBytes: messageReceiveLimit };
  const compression = { codecs: zlibCompression(zlib) };
  const app = new Hono().all("/:service/:method", railhead(service, { json, compression, ...limit }));
  const listener = getRequestListener(app.fetch);
  const tls = tlsOf(request);
  const server =
    tls === undefined
      ? http.createServer(listener)
      : https.createServer({ ...tls, requestCert: tls.ca !== undefined }, listener);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const close = async (): Promise<void> => {
    server.close();
    server.closeAllConnections();
  };
  return { port, tls, close };
}
