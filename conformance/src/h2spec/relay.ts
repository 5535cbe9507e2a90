import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";

/** Longer than h2spec takes from one frame to the next. */
const GATHER_MS = 5;

/** A port in front of another. */
export interface Relay {
  readonly port: number;
  close(): Promise<void>;
}

/**
 * Hands on in one piece what h2spec writes in several. It sends a request and, right behind it, the frame that breaks a
 * rule; a server that has answered in between has closed the stream and may ignore what comes on it (RFC 9113, section
 * 5.1), so that some cases would pass or fail by chance.
 */
export async function startRelay(target: number): Promise<Relay> {
  const server = createServer((client) => join(client, target));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    port: (server.address() as AddressInfo).port,
    close: () => new Promise((resolve) => void server.close(() => resolve())),
  };
}

function join(client: Socket, target: number): void {
  const server = connect({ port: target, host: "127.0.0.1", noDelay: true });
  let gathered: Buffer[] = [];
  let timer: NodeJS.Timeout | undefined;
  const handOn = (): void => {
    clearTimeout(timer);
    if (gathered.length > 0) server.write(Buffer.concat(gathered));
    gathered = [];
  };
  client.setNoDelay();
  client.on("data", (chunk: Buffer) => {
    gathered.push(chunk);
    clearTimeout(timer);
    timer = setTimeout(handOn, GATHER_MS);
  });
  client.on("end", () => {
    handOn();
    server.end();
  });
  server.pipe(client);
  // Either end may cut the connection; that is what many cases wait for.
  for (const [one, other] of [
    [client, server],
    [server, client],
  ] as const) {
    one.on("error", () => {});
    one.on("close", () => other.destroySoon());
  }
}
