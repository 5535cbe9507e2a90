import type { Socket } from "node:net";
import { nodePlatform, serve } from "@railhead/adapter-node";
import { frameHeader } from "@railhead/contract";
import { GrpcService } from "@railhead/core";
import { expect, onTestFinished, test, vi } from "vitest";
import { expectNoFaults } from "../support/faults.ts";
import { heldBytes } from "../support/heap.ts";
import {
  ACK,
  callHeaders,
  DATA,
  END_HEADERS,
  END_STREAM,
  HEADERS,
  h2Frame,
  PING,
  PREFACE,
  RawH2,
  SETTINGS,
} from "../support/raw-h2.ts";

expectNoFaults();

const PIECES = 512 * 1024;
/** A few dozen bytes for each one that arrived; a Buffer for each would take well over a hundred. */
const BOUND_BYTES = 24 * 1024 * 1024;

/** Serves a method whose handler waits for a message; resolves with the connection it was called by. */
async function startWaiting(): Promise<{ port: number; connection: Promise<Socket> }> {
  const connection = Promise.withResolvers<Socket>();
  const service = new GrpcService().registerHandler(
    "test.Pieces",
    {
      async *handleStream({ messages }, context) {
        const { socket } = nodePlatform(context);
        if (socket !== undefined) connection.resolve(socket);
        for await (const message of messages) yield message;
      },
    },
    { methods: { Wait: "bidi_streaming" } },
  );
  const server = await serve(service, { port: 0, host: "127.0.0.1" });
  onTestFinished(() => server.close());
  return { port: server.port, connection: connection.promise };
}

const WAYS: Readonly<Record<string, { head: Buffer; piece: Buffer }>> = {
  "HTTP/2": {
    head: Buffer.concat([
      PREFACE,
      h2Frame(HEADERS, END_HEADERS, 1, callHeaders("/test.Pieces/Wait")),
      h2Frame(DATA, 0, 1, frameHeader(PIECES + 1)),
    ]),
    piece: h2Frame(DATA, 0, 1, Buffer.from([1])),
  },
  "HTTP/1.1": {
    head: Buffer.concat([
      Buffer.from("POST /test.Pieces/Wait HTTP/1.1\r\nhost: x\r\ncontent-type: application/grpc-web\r\n"),
      Buffer.from("transfer-encoding: chunked\r\n\r\n5\r\n"),
      frameHeader(PIECES + 1),
      Buffer.from("\r\n"),
    ]),
    piece: Buffer.from("1\r\nx\r\n"),
  },
};

test.each(Object.keys(WAYS))(
  "a message in pieces of one byte costs no Buffer a byte, over %s",
  async (name) => {
    const { port, connection } = await startWaiting();
    const { head = Buffer.alloc(0), piece = Buffer.alloc(0) } = WAYS[name] ?? {};
    const client = await new RawH2(port).connected();
    const before = heldBytes();
    await client.send(head);
    const socket = await connection;
    const pieces = Buffer.concat(Array.from({ length: 4096 }, () => piece));
    for (let sent = 0; sent < PIECES; sent += 4096) await client.send(pieces);
    await vi.waitFor(() => expect(socket.bytesRead).toBe(client.socket.bytesWritten), { timeout: 15_000 });
    expect(heldBytes() - before).toBeLessThan(BOUND_BYTES);
  },
);

test("nor do those that a handler does not read, over HTTP/2, and it gets them all when it does", async () => {
  const WINDOW_BYTES = 1024 * 1024;
  const reading = Promise.withResolvers<void>();
  const received = Promise.withResolvers<number>();
  const service = new GrpcService().registerHandler(
    "test.Pieces",
    {
      async *handleStream({ messages }) {
        await reading.promise;
        let bytes = 0;
        for await (const message of messages) {
          expect(message.every((byte) => byte === 1)).toBe(true);
          bytes += message.length;
        }
        received.resolve(bytes);
        yield new Uint8Array(0);
      },
    },
    { methods: { Wait: "client_streaming" } },
  );
  const server = await serve(service, { port: 0, host: "127.0.0.1", streamWindowBytes: WINDOW_BYTES });
  onTestFinished(() => server.close());
  const client = await new RawH2(server.port).connected();
  await client.send(PREFACE);
  await client.untilFrame(({ type }) => type === SETTINGS);
  // Before it has said that it knows the window, it may not use it.
  await client.send(h2Frame(SETTINGS, ACK, 0));
  await client.send(h2Frame(HEADERS, END_HEADERS, 1, callHeaders("/test.Pieces/Wait")));
  const before = heldBytes();
  // Messages of a hundred bytes, each byte but the headers' in a frame of its own.
  const message = Buffer.concat([
    h2Frame(DATA, 0, 1, frameHeader(100)),
    ...Array.from({ length: 100 }, () => h2Frame(DATA, 0, 1, Buffer.from([1]))),
  ]);
  const count = Math.floor(WINDOW_BYTES / 105);
  const messages = Buffer.concat(Array.from({ length: 100 }, () => message));
  for (let sent = 0; sent < count - 100; sent += 100) await client.send(messages);
  // Its answer comes behind all that was sent before.
  await client.send(h2Frame(PING, 0, 0, Buffer.alloc(8)));
  await client.untilFrame(({ type, flags }) => type === PING && (flags & ACK) !== 0);
  expect(heldBytes() - before).toBeLessThan(BOUND_BYTES);
  await client.send(h2Frame(DATA, END_STREAM, 1));
  reading.resolve();
  expect(await received.promise).toBe(100 * 100 * Math.ceil((count - 100) / 100));
});
