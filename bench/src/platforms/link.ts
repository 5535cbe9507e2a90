import net from "node:net";
import { HOST, listen } from "../servers/listen.ts";

/** A link between two places far apart. */
export interface LinkSpec {
  /** Milliseconds there and back. */
  readonly roundTripMs: number;
  readonly bytesPerSecond: number;
}

export interface Link {
  /** Where its near end listens. */
  readonly port: number;
  close(): void;
}

/** Bytes that wait in front of the link before the sender is held back. */
const QUEUE_BYTES = 256 * 1024;

/**
 * A proxy on the loopback that hands bytes on as a link would: each after half the round trip, and no faster than its
 * rate. What is under way on the link is not held back, as on a real one; connections are made without delay.
 */
export async function openLink(spec: LinkSpec, serverPort: number): Promise<Link> {
  const sockets = new Set<net.Socket>();
  const server = net.createServer((near) => {
    const far = net.connect(serverPort, HOST);
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(from);
      from.setNoDelay(true);
      // "close" follows, which ends the other side.
      from.on("error", () => {});
      from.on("close", () => to.destroy());
      carry(from, to, spec);
    }
  });
  const { port } = await listen(server);
  const close = (): void => {
    server.close();
    for (const socket of sockets) socket.destroy();
  };
  return { port, close };
}

/** One direction. */
function carry(from: net.Socket, to: net.Socket, { roundTripMs, bytesPerSecond }: LinkSpec): void {
  const underWay: { readonly chunk: Buffer; readonly dueAt: number }[] = [];
  /** When the last byte so far will have been put on the link. */
  let sentAt = 0;
  const arrive = (): void => {
    const now = performance.now();
    for (let first = underWay[0]; first !== undefined && first.dueAt <= now; first = underWay[0]) {
      to.write(first.chunk);
      underWay.shift();
    }
    if (underWay[0] !== undefined) setTimeout(arrive, underWay[0].dueAt - now);
  };
  from.on("data", (chunk: Buffer) => {
    const now = performance.now();
    sentAt = Math.max(sentAt, now) + (chunk.length / bytesPerSecond) * 1000;
    underWay.push({ chunk, dueAt: sentAt + roundTripMs / 2 });
    if (underWay.length === 1) setTimeout(arrive, sentAt + roundTripMs / 2 - now);
    const queueMs = sentAt - now - (QUEUE_BYTES / bytesPerSecond) * 1000;
    if (queueMs <= 0) return;
    from.pause();
    setTimeout(() => from.resume(), queueMs);
  });
}
