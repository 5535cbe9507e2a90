import { expect, test } from "vitest";
import { FrameWriter } from "../../src/http2/frame-writer.ts";
import { InboundWindow } from "../../src/http2/inbound-window.ts";
import { Http2Head, readRequest } from "../../src/http2/request.ts";
import { SendTurns } from "../../src/http2/send-turns.ts";
import { Stream } from "../../src/http2/stream.ts";
import { Lifecycle } from "../../src/lifecycle.ts";
import { NodePeer } from "../../src/platform.ts";
import { socketPair } from "./support/sockets.ts";

test("a stream that is closed waits for no turn", async () => {
  const { near } = await socketPair();
  const writer = new FrameWriter(near, () => {});
  const turns = new SendTurns(writer.output, (work) => work());
  const host = {
    lifecycle: new Lifecycle(),
    writer,
    turns,
    wasRead: () => {},
    wasDropped: () => {},
    countReset: () => {},
    endSoon: () => {},
    close: () => {},
  };
  const request = readRequest([":method", "POST", ":scheme", "http", ":path", "/"]);
  if (request === undefined) throw new Error("malformed");
  const head = new Http2Head(request, new NodePeer("2", () => near), undefined);
  const stream = new Stream(host, 1, InboundWindow.ofStream(1000, true), 2 ** 20, head, -1);
  // More than the connection's window.
  stream.respond(200, [], [Buffer.alloc(100_000)], ["grpc-status", "0"]);
  expect(stream.isWaiting).toBe(true);
  stream.lost("client-reset");
  expect(stream.isWaiting).toBe(false);
});
