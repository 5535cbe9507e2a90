import { once } from "node:events";
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { createAdaptorServer } from "@hono/node-server";
import type { ContractServer } from "@railhead/contract";

type FetchCallback = Parameters<typeof createAdaptorServer>[0]["fetch"];

/** Serves the `fetch` of an app by `@hono/node-server`, on a free port of the loopback address. */
export async function serveOnNode(fetch: FetchCallback): Promise<ContractServer> {
  // Without `createServer` among the options it is a server of node:http.
  const server = createAdaptorServer({ fetch }) as Server;
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async close() {
      server.close();
      server.closeAllConnections();
      await once(server, "close");
    },
  };
}
