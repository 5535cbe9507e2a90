import { once } from "node:events";
import { createServer, type RequestListener, type Server, type ServerOptions } from "node:http";
import type { AddressInfo } from "node:net";

/** A server on loopback, without the time limits that Node gives servers of the open net. */
export async function listen(
  port: number,
  onRequest: RequestListener,
  options: Pick<ServerOptions, "maxHeaderSize"> = {},
): Promise<Server> {
  const patient = { keepAliveTimeout: 0, requestTimeout: 0, headersTimeout: 0 };
  const server = createServer({ ...patient, ...options }, onRequest);
  server.listen(port, "127.0.0.1");
  await once(server, "listening");
  return server;
}

/** For example "127.0.0.1:8080". */
export function hostOf(server: Server): string {
  const { address, port } = server.address() as AddressInfo;
  return `${address}:${port}`;
}

/** Closes a server and cuts its connections. */
export async function closeServer(server: Server): Promise<void> {
  const closed = once(server, "close");
  server.close();
  server.closeAllConnections();
  await closed;
}
