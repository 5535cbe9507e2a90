import { once } from "node:events";
import { serve } from "@railhead/adapter-node";
import { frame } from "@railhead/contract";
import { GrpcService } from "@railhead/core";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import { expectNoFaults } from "../support/faults.ts";
import { expectHealthy, startFixture } from "../support/fixture-server.ts";
import {
  CONTINUATION,
  callHeaders,
  DATA,
  END_HEADERS,
  END_STREAM,
  GOAWAY,
  HEADERS,
  h2Frame,
  PING,
  PREFACE,
  RawH2,
  SETTINGS,
  uint32,
  WINDOW_UPDATE,
} from "../support/raw-h2.ts";

expectNoFaults();

const ENHANCE_YOUR_CALM = 11;
const INTERNAL_ERROR = 2;
const EMPTY = frame(new Uint8Array(0));

/** The reason by which the server takes leave. */
async function goodbyeTo(client: RawH2): Promise<number> {
  const { payload } = await client.untilFrame(({ type }) => type === GOAWAY);
  return payload.readUInt32BE(4);
}

const hang = (id: number): Buffer =>
  h2Frame(HEADERS, END_HEADERS, id, callHeaders("/contract.Raw/Hang", [["content-length", "5"]]));
const ended = (id: number): Buffer => Buffer.concat([hang(id), h2Frame(DATA, END_STREAM, id, EMPTY)]);

describe("a client that has the server reset its calls is stopped like one that cancels them", () => {
  test.each<[string, (id: number) => Buffer]>([
    [
      "a window that opens by nothing",
      (id) => Buffer.concat([hang(id), h2Frame(WINDOW_UPDATE, 0, id, uint32(0))]),
    ],
    [
      "a window that is too large",
      (id) => Buffer.concat([hang(id), h2Frame(WINDOW_UPDATE, 0, id, uint32(2 ** 31 - 1))]),
    ],
    ["DATA behind the end", (id) => Buffer.concat([ended(id), h2Frame(DATA, 0, id, EMPTY)])],
    ["more than is announced", (id) => Buffer.concat([hang(id), h2Frame(DATA, 0, id, Buffer.alloc(6))])],
    ["less than is announced", (id) => Buffer.concat([hang(id), h2Frame(DATA, END_STREAM, id)])],
    [
      "trailers that end nothing",
      (id) => Buffer.concat([hang(id), h2Frame(HEADERS, END_HEADERS, id, callHeaders("/"))]),
    ],
    [
      "a malformed request",
      (id) => h2Frame(HEADERS, END_HEADERS, id, callHeaders("/contract.Raw/Hang", [["X-Upper", "1"]])),
    ],
  ])("%s", async (_, provoke) => {
    const fixture = await startFixture({ streamResets: { burst: 20, perSecond: 0 } });
    const client = await new RawH2(fixture.port).connected();
    await client.send(PREFACE, ...Array.from({ length: 21 }, (_, at) => provoke(2 * at + 1)));
    expect(await goodbyeTo(client)).toBe(ENHANCE_YOUR_CALM);
    await client.ended();
    await expectHealthy(fixture);
  });
});

test.each<[string, readonly Buffer[]]>([
  ["settings", Array(200).fill(h2Frame(SETTINGS, 0, 0))],
  [
    "empty frames in a header block",
    [
      h2Frame(HEADERS, 0, 1, callHeaders("/contract.Raw/Echo")),
      ...Array<Buffer>(2000).fill(h2Frame(CONTINUATION, 0, 1)),
    ],
  ],
])("a flood of %s ends its connection", async (_, frames) => {
  const fixture = await startFixture();
  const client = await new RawH2(fixture.port).connected();
  await client.send(PREFACE, ...frames);
  expect(await goodbyeTo(client)).toBe(ENHANCE_YOUR_CALM);
  await client.ended();
  await expectHealthy(fixture);
});

test("a client that does not read is not read, and loses nothing", async () => {
  const fixture = await startFixture();
  const { socket } = await new RawH2(fixture.port, { reads: false }).connected();
  socket.pause();
  socket.write(PREFACE);
  const pings = Buffer.concat(Array<Buffer>(1000).fill(h2Frame(PING, 0, 0, Buffer.alloc(8))));
  // More than the system's buffers hold, both ways.
  const count = 1500;
  for (let sent = 0; sent < count; sent++) socket.write(pings);
  // Until nothing has gone on for a while, in which the server had turns enough.
  for (let before = -1, same = 0; same < 10; before = socket.writableLength) {
    await expectHealthy(fixture);
    same = socket.writableLength === before ? same + 1 : 0;
  }
  expect(socket.writableLength).toBeGreaterThan(0);
  let bytes = 0;
  socket.on("data", (chunk: Buffer) => {
    bytes += chunk.length;
  });
  socket.resume();
  while (bytes < count * pings.length) await once(socket, "data");
  await expectHealthy(fixture);
});

describe("a handler that makes a response which cannot be sent", () => {
  async function start(
    handleStream: (signal: AbortSignal, sendHeaders: (bytes: number) => void) => AsyncIterable<Uint8Array>,
  ) {
    const log = vi.spyOn(console, "error").mockImplementation(() => {});
    const service = new GrpcService().registerHandler(
      "test.Odd",
      {
        handleStream: (_, context) =>
          handleStream(context.signal, (bytes) => {
            context.responseMetadata.set("x-large", "a".repeat(bytes));
            context.sendHeaders();
          }),
      },
      { methods: { Call: "bidi_streaming" } },
    );
    const server = await serve(service, { port: 0, host: "127.0.0.1", onError: () => {} });
    onTestFinished(async () => {
      log.mockRestore();
      await server.close();
    });
    const client = await new RawH2(server.port).connected();
    await client.send(
      PREFACE,
      h2Frame(HEADERS, END_HEADERS, 1, callHeaders("/test.Odd/Call")),
      h2Frame(DATA, 0, 1, EMPTY),
    );
    return { server, client, log };
  }

  const resetCode = async (client: RawH2): Promise<number> => {
    const { payload } = await client.untilFrame(({ type, stream }) => type === 3 && stream === 1);
    return payload.readUInt32BE(0);
  };

  test("with headers that are too large, before it has waited for anything, is told so", async () => {
    const told = Promise.withResolvers<void>();
    const { server, client } = await start((signal, sendHeaders) => {
      signal.addEventListener("abort", () => told.resolve());
      sendHeaders(70_000);
      return (async function* () {
        await told.promise;
        yield new Uint8Array(0);
      })();
    });
    expect(await resetCode(client)).toBe(INTERNAL_ERROR);
    await told.promise;
    await server.drain();
  });

  test("of memory that it gives away while the client's window is shut, ends its call alone", async () => {
    const { client, log } = await start(async function* () {
      const message = new Uint8Array(200_000);
      setImmediate(() => structuredClone(message.buffer, { transfer: [message.buffer] }));
      yield message;
    });
    await client.untilFrame(({ type }) => type === DATA);
    await client.send(
      h2Frame(WINDOW_UPDATE, 0, 0, uint32(1_000_000)),
      h2Frame(WINDOW_UPDATE, 0, 1, uint32(1_000_000)),
    );
    expect(await resetCode(client)).toBe(INTERNAL_ERROR);
    expect(log).toHaveBeenCalledOnce();
    await client.send(h2Frame(PING, 0, 0, Buffer.from("the last")));
    await client.until((received) => received.includes("the last"));
  });
});
