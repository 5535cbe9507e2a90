import { once } from "node:events";
import http2 from "node:http2";
import net, { type AddressInfo } from "node:net";
import { onTestFinished } from "vitest";
import {
  ACK,
  END_HEADERS,
  END_STREAM,
  type H2Frame,
  HEADERS,
  h2Frame,
  SETTINGS,
} from "../../support/raw-h2.ts";

const PREFACE_BYTES = 24;
const HEADER_TABLE_SIZE = 1;

/** Node's own client of HTTP/2, on a connection whose other end sends only what it is told to. */
export class Nghttp2Peer {
  /** Frames of the client that nobody has waited for yet. */
  readonly #frames: H2Frame[] = [];
  readonly #session: http2.ClientHttp2Session;
  readonly #socket: net.Socket;
  #received = Buffer.alloc(0);
  #onFrames: () => void = () => {};

  private constructor(session: http2.ClientHttp2Session, socket: net.Socket) {
    this.#session = session;
    this.#socket = socket;
  }

  static async connect(): Promise<Nghttp2Peer> {
    const server = net.createServer();
    await once(server.listen(0, "127.0.0.1"), "listening");
    const accepted = once(server, "connection") as Promise<[net.Socket]>;
    const session = http2.connect(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
    const [socket] = await accepted;
    server.close();
    socket.setNoDelay(true);
    const peer = new Nghttp2Peer(session, socket);
    socket.on("data", (chunk: Buffer) => peer.#take(chunk));
    socket.on("error", () => {});
    onTestFinished(() => peer.close());
    socket.write(h2Frame(SETTINGS, 0, 0));
    await peer.#next(SETTINGS, 0);
    socket.write(h2Frame(SETTINGS, ACK, 0));
    await peer.#next(SETTINGS, ACK);
    return peer;
  }

  close(): void {
    this.#session.destroy();
    this.#socket.destroy();
  }

  /** The client learns how large a table its encoder may keep. */
  async limitEncoder(bytes: number): Promise<void> {
    const payload = Buffer.alloc(6);
    payload.writeUInt16BE(HEADER_TABLE_SIZE);
    payload.writeUInt32BE(bytes, 2);
    this.#socket.write(h2Frame(SETTINGS, 0, 0, payload));
    await this.#next(SETTINGS, ACK);
  }

  /** The client limits the table of its decoder. */
  async limitDecoder(bytes: number): Promise<void> {
    const isKnown = new Promise<void>((resolve) =>
      this.#session.settings({ headerTableSize: bytes }, () => resolve()),
    );
    await this.#next(SETTINGS, 0);
    this.#socket.write(h2Frame(SETTINGS, ACK, 0));
    await isKnown;
  }

  /** How the client encodes the fields of a request: behind its four pseudo-headers. */
  async encode(fields: readonly (readonly [name: string, value: string])[]): Promise<Buffer> {
    this.#request(Object.fromEntries(fields));
    const { payload } = await this.#next(HEADERS, END_HEADERS);
    return payload;
  }

  /** What the client decodes a response to: names and values in turn. */
  async decode(block: Buffer): Promise<readonly string[]> {
    const stream = this.#request({});
    const failed = once(this.#session, "error").then(([error]) => Promise.reject(error));
    const { stream: id } = await this.#next(HEADERS, END_HEADERS);
    const answered = once(stream, "response");
    this.#socket.write(h2Frame(HEADERS, END_HEADERS | END_STREAM, id, block));
    const [, , raw] = await Promise.race([answered, failed]);
    stream.resume();
    return raw;
  }

  #request(fields: http2.OutgoingHttpHeaders): http2.ClientHttp2Stream {
    const stream = this.#session.request(fields, { endStream: true });
    stream.on("error", () => {});
    return stream;
  }

  /** The next frame of the client of this type that has this flag; without one, that has none. */
  async #next(type: number, flag: number): Promise<H2Frame> {
    for (;;) {
      const at = this.#frames.findIndex(
        (frame) => frame.type === type && (flag === 0 ? frame.flags === 0 : (frame.flags & flag) !== 0),
      );
      if (at >= 0) return this.#frames.splice(at, 1)[0] as H2Frame;
      await new Promise<void>((resolve) => {
        this.#onFrames = resolve;
      });
    }
  }

  #take(chunk: Buffer): void {
    this.#received = Buffer.concat([this.#received, chunk]);
    let at = this.#received.subarray(0, 3).toString() === "PRI" ? PREFACE_BYTES : 0;
    while (at + 9 <= this.#received.length) {
      const end = at + 9 + this.#received.readUIntBE(at, 3);
      if (end > this.#received.length) break;
      const [type = 0, flags = 0] = this.#received.subarray(at + 3);
      const stream = this.#received.readUInt32BE(at + 5);
      this.#frames.push({ type, flags, stream, payload: this.#received.subarray(at + 9, end) });
      at = end;
    }
    this.#received = this.#received.subarray(at);
    this.#onFrames();
  }
}
