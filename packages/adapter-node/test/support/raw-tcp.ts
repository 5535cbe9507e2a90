import { once } from "node:events";
import net from "node:net";
import { onTestFinished } from "vitest";

/** A bare TCP connection that keeps what it receives. Cut when the test is over. */
export class RawTcp {
  readonly socket: net.Socket;
  /** Resolves when the connection is closed, by whomever. */
  readonly closed: Promise<void>;
  #received = Buffer.alloc(0);

  /** @param reads false for a peer that never reads */
  constructor(port: number, { reads = true }: { readonly reads?: boolean } = {}) {
    this.socket = net.connect({ port, host: "127.0.0.1", allowHalfOpen: true });
    this.socket.setNoDelay(true);
    // A cut connection is what many tests are about.
    this.socket.on("error", () => {});
    this.closed = new Promise((resolve) => this.socket.once("close", () => resolve()));
    if (reads) {
      this.socket.on("data", (chunk) => {
        this.#received = Buffer.concat([this.#received, chunk]);
      });
    }
    onTestFinished(() => void this.socket.destroy());
  }

  get received(): Buffer {
    return this.#received;
  }

  async connected(): Promise<this> {
    if (this.socket.connecting) await once(this.socket, "connect");
    return this;
  }

  /** Resolves when the bytes are handed to the system, or the connection is gone. */
  async send(...parts: readonly (Uint8Array | string)[]): Promise<void> {
    const bytes = Buffer.concat(parts.map((part) => Buffer.from(part)));
    await Promise.race([
      new Promise<void>((resolve) => this.socket.write(bytes, () => resolve())),
      this.closed,
    ]);
  }

  /** Resolves once what was received passes; rejects when the connection closes before. */
  async until(test: (received: Buffer) => boolean): Promise<Buffer> {
    for (;;) {
      if (test(this.#received)) return this.#received;
      if (this.socket.destroyed) throw new Error(`closed; received ${this.#received.toString("latin1")}`);
      await Promise.race([
        new Promise((resolve) => this.socket.once("data", resolve)),
        this.ended(),
        this.closed,
      ]);
      if (this.socket.readableEnded && !test(this.#received)) {
        throw new Error(`ended; received ${this.#received.toString("latin1")}`);
      }
    }
  }

  /** Resolves when the server has sent its FIN, or the connection is gone. */
  ended(): Promise<void> {
    if (this.socket.readableEnded || this.socket.destroyed) return Promise.resolve();
    return new Promise((resolve) => {
      this.socket.once("end", () => resolve());
      this.socket.once("close", () => resolve());
    });
  }
}
