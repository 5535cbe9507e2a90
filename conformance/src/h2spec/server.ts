import { readFile } from "node:fs/promises";
import { type NodeServer, serve } from "@railhead/adapter-node";
import { service } from "../server/service.ts";
import type { Transport } from "./exceptions.ts";

const CERTIFICATES = new URL("../../../packages/adapter-node/test/support/tls/", import.meta.url);
const WINDOW_BYTES = 1024 * 1024;

/** Starts what h2spec is to test. */
export async function startServer(transport: Transport): Promise<NodeServer> {
  return serve(service, {
    port: 0,
    host: "127.0.0.1",
    // h2spec takes any ping for the answer to its own: windows that are given do not grow, and need no pings.
    streamWindowBytes: WINDOW_BYTES,
    keepalive: false,
    ...(transport === "TLS" && { tls: { key: await pem("server.key"), cert: await pem("server.crt") } }),
  });
}

function pem(file: string): Promise<string> {
  return readFile(new URL(file, CERTIFICATES), "utf8");
}
