import type { Socket } from "node:net";

/** The TCP connections of a server, and which of them have not said yet what they speak. */
export class Connections {
  readonly #open = new Map<string, Socket>();
  readonly #silent = new Map<string, Socket>();

  add(socket: Socket): void {
    const key = keyOf(socket);
    this.#open.set(key, socket);
    this.#silent.set(key, socket);
    socket.once("close", () => {
      this.#open.delete(key);
      this.#silent.delete(key);
    });
  }

  /** The client has begun to speak. Takes the socket itself or the TLS socket on top of it. */
  spoke(socket: Socket): void {
    this.#silent.delete(keyOf(socket));
  }

  destroySilent(): void {
    for (const socket of this.#silent.values()) socket.destroy();
  }

  destroy(): void {
    for (const socket of this.#open.values()) socket.destroy();
  }
}

/**
 * Both ends name one connection of a server at a time, below TLS and above it. The client's alone does not: it may use
 * one port towards several addresses of the server's.
 */
function keyOf({ localAddress, remoteAddress, remotePort }: Socket): string {
  return `${localAddress} ${remoteAddress} ${remotePort}`;
}
