import type { Server } from "node:net";

/** A server of a contender, on a free port of the loopback. */
export interface RunningServer {
  readonly port: number;
}

export const HOST = "127.0.0.1";

export async function listen(server: Server): Promise<RunningServer> {
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, HOST, resolve);
  });
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("the server has no port");
  return { port: address.port };
}
