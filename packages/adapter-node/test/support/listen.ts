import { once } from "node:events";
import type { Server } from "node:net";

/** A server of Node's that listens on a free port of this machine. */
export interface Listening {
  readonly url: string;
  readonly port: number;
  close(): Promise<void>;
}

/** @param destroy cuts what `close` alone would wait for */
export async function listen(server: Server, destroy: () => void = () => {}): Promise<Listening> {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("the server has no port");
  return {
    url: `http://127.0.0.1:${address.port}`,
    port: address.port,
    async close() {
      const closed = new Promise((resolve) => server.close(resolve));
      destroy();
      await closed;
    },
  };
}
