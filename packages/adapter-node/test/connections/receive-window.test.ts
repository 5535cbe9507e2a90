import { once } from "node:events";
import http2 from "node:http2";
import net, { type AddressInfo } from "node:net";
import { frame, fromJson, Probe, pattern } from "@railhead/contract";
import { afterEach, beforeEach, describe, expect, onTestFinished, test, vi } from "vitest";
import { ReceiveWindow, windowsOf } from "../../src/http2/receive-window.ts";
import { expectNoFaults } from "../support/faults.ts";
import { startFixture } from "../support/fixture-server.ts";

expectNoFaults();

const KIB = 1024;
const MIB = 1024 * KIB;
const QUARTER = MIB / 4;
const MOST = 2 ** 31 - 1;

/** A window on a connection whose clock is the test's. */
function windowAt(options: Parameters<typeof windowsOf>[0], roundTripMs: number) {
  let now = 1000;
  const streams: number[] = [];
  const connections: number[] = [];
  const pings: (() => void)[] = [];
  const connection = {
    isOver: false,
    growWindows: (streamBytes: number, connectionBytes: number) => {
      streams.push(streamBytes);
      connections.push(connectionBytes);
    },
    ping: (onAnswer: () => void) => void pings.push(onAnswer),
  };
  const window = new ReceiveWindow(connection, windowsOf(options), () => now);
  const pass = (ms: number): void => {
    now += ms;
  };
  /** The settings are acknowledged after so long, and a ping, should there be one, is answered. */
  const acknowledge = (settingsMs: number, pingMs: number): void => {
    pass(settingsMs);
    window.acknowledged();
    pass(pingMs);
    for (const answer of pings.splice(0)) answer();
  };
  if (roundTripMs > 0) acknowledge(roundTripMs, roundTripMs);
  return { window, connection, pass, acknowledge, pings, streams, connections };
}

test("a quarter of a window that arrives at once, from far away, makes the window grow to its limit", () => {
  const { window, pass, streams, connections } = windowAt({}, 80);
  pass(2);
  window.took(QUARTER);
  expect(streams).toEqual([16 * MIB]);
  expect(connections).toEqual([20 * MIB]);
});

test("it grows to twice what arrives in a round trip, in powers of two", () => {
  const { window, pass, streams, connections } = windowAt({}, 80);
  pass(10);
  // 256 KiB in 10 ms are 2 MiB in 80 ms.
  window.took(QUARTER);
  expect(streams).toEqual([4 * MIB]);
  expect(connections).toEqual([8 * MIB]);
});

test("it grows again when more arrives, and never shrinks", () => {
  const { window, pass, streams } = windowAt({}, 80);
  pass(20);
  window.took(QUARTER);
  pass(5);
  window.took(MIB / 2);
  pass(1000);
  window.took(16 * MIB);
  expect(streams).toEqual([2 * MIB, 16 * MIB]);
});

test.each([
  ["close by", 4, 1],
  ["slow", 80, 41],
])("a client that is %s needs no more", (_, roundTripMs, ms) => {
  const { window, pass, streams } = windowAt({}, roundTripMs);
  pass(ms);
  window.took(QUARTER);
  expect(streams).toEqual([]);
});

describe("before the client has acknowledged the settings", () => {
  const FIRST_WINDOW = 65_535;
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ["setTimeout", "setImmediate"] });
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  test.each([
    ["at once, it may have 16 MiB", 0, 16 * MIB],
    ["in 5 ms, what would come in 100 ms, twice", 5, 4 * MIB],
  ])("all it may send came %s", (_, ms, expected) => {
    const { window, pass, streams } = windowAt({}, 0);
    window.took(30_000);
    pass(ms);
    window.took(FIRST_WINDOW - 30_000);
    vi.advanceTimersByTime(4);
    expect(streams).toEqual([]);
    vi.advanceTimersByTime(2);
    expect(streams).toEqual([expected]);
  });

  test("a client close by has done so in time, and keeps the window", () => {
    const { window, streams } = windowAt({}, 0);
    window.took(FIRST_WINDOW);
    // In the same turn as the timer, behind it: this process was busy.
    setTimeout(() => window.acknowledged(), 5);
    vi.advanceTimersByTime(10);
    expect(streams).toEqual([]);
  });

  test.each([
    ["sent less", ({ window }: ReturnType<typeof windowAt>) => window.took(10_000)],
    [
      "sent more than its handler took",
      ({ window }: ReturnType<typeof windowAt>) => {
        window.took(FIRST_WINDOW);
        window.paused();
      },
    ],
  ])("a client that %s needs no more", (_, send) => {
    const made = windowAt({}, 0);
    send(made);
    vi.advanceTimersByTime(1000);
    expect(made.streams).toEqual([]);
  });

  test("what came then counts for nothing later", () => {
    const { window, pass, acknowledge, streams } = windowAt({}, 0);
    window.took(40_000);
    acknowledge(80, 80);
    pass(1);
    window.took(QUARTER - 1);
    expect(streams).toEqual([]);
    window.took(1);
    expect(streams).toEqual([16 * MIB]);
  });
});

test.each([
  ["the connection was slow to begin, and is near", 1, []],
  ["it is far away", 80, [16 * MIB]],
])("what the first round trip says is made sure of by a ping: %s", (_, pingMs, expected) => {
  const { window, pass, acknowledge, streams } = windowAt({}, 0);
  acknowledge(80, pingMs);
  pass(2);
  window.took(QUARTER);
  expect(streams).toEqual(expected);
});

test.each([
  ["does not grow, no ping asks", { streamWindowBytes: MIB }, 0],
  ["may grow, a ping asks", {}, 1],
])("where a window %s how far the client is", (_, options, expected) => {
  const { window, pass, pings } = windowAt(options, 0);
  pass(80);
  window.acknowledged();
  expect(pings).toHaveLength(expected);
});

test("a window that is given for the connection stays as it is, and one call gets half of it", () => {
  const { window, pass, streams, connections } = windowAt({ connectionWindowBytes: 4 * MIB }, 80);
  pass(2);
  window.took(QUARTER);
  expect([streams, connections]).toEqual([[2 * MIB], [4 * MIB]]);
});

test("a handler that does not keep up keeps the window small", () => {
  const { window, pass, streams } = windowAt({}, 80);
  for (let at = 0; at < 100; at++) {
    pass(1);
    window.took(QUARTER - 1);
    window.paused();
  }
  expect(streams).toEqual([]);
});

test("a connection that is gone is left alone", () => {
  const { window, connection, pass, streams } = windowAt({}, 80);
  connection.isOver = true;
  pass(1);
  window.took(QUARTER);
  expect(streams).toEqual([]);
});

test.each([
  ["nothing", {}, MIB, 4 * MIB, 16 * MIB, MOST],
  ["the stream's", { streamWindowBytes: 2 * MIB }, 2 * MIB, 8 * MIB, 2 * MIB, MOST],
  ["the connection's", { connectionWindowBytes: 4 * MIB }, MIB, 4 * MIB, 2 * MIB, 4 * MIB],
  ["a small one of the connection's", { connectionWindowBytes: MIB + 1 }, MIB, MIB + 1, MIB, MIB + 1],
  ["a large one of the connection's", { connectionWindowBytes: 64 * MIB }, MIB, 64 * MIB, 16 * MIB, 64 * MIB],
  [
    "the stream's and what it may grow to",
    { streamWindowBytes: 2 * MIB, maxStreamWindowBytes: 8 * MIB },
    2 * MIB,
    8 * MIB,
    8 * MIB,
    MOST,
  ],
])(
  "windows that are given stay as they are: %s",
  (_, options, streamBytes, connectionBytes, maxStreamBytes, maxConnectionBytes) => {
    expect(windowsOf(options)).toEqual({ streamBytes, connectionBytes, maxStreamBytes, maxConnectionBytes });
  },
);

/** A proxy that hands everything on so many milliseconds later. */
async function farAway(port: number, ms: number): Promise<number> {
  const sockets: net.Socket[] = [];
  const proxy = net.createServer((near) => {
    const far = net.connect(port, "127.0.0.1");
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.push(from);
      from.on("error", () => {});
      from.on("close", () => to.destroy());
      from.on("data", (chunk: Buffer) => setTimeout(() => to.write(chunk), ms));
    }
  });
  await once(proxy.listen(0, "127.0.0.1"), "listening");
  onTestFinished(() => {
    proxy.close();
    for (const socket of sockets) socket.destroy();
  });
  return (proxy.address() as AddressInfo).port;
}

/** A client from far away; the way back is not what these tests are about. */
async function connectFromAfar(port: number): Promise<http2.ClientHttp2Session> {
  const settings = { initialWindowSize: 16 * MIB };
  const origin = `http://127.0.0.1:${await farAway(port, 30)}`;
  const session = http2.connect(origin, { maxSessionMemory: 100, settings });
  session.once("connect", () => session.setLocalWindowSize(16 * MIB));
  onTestFinished(() => session.destroy());
  return session;
}

function request(session: http2.ClientHttp2Session, path: string, headers = {}): http2.ClientHttp2Stream {
  return session.request({
    ":method": "POST",
    ":path": path,
    "content-type": "application/grpc",
    ...headers,
  });
}

/** Echoes a message of so many bytes. */
async function expectEcho(session: http2.ClientHttp2Session, messageBytes: number): Promise<void> {
  const stream = request(session, "/contract.Raw/Echo");
  stream.end(frame(pattern(messageBytes)));
  let bytes = 0;
  stream.on("data", (chunk: Buffer) => {
    bytes += chunk.length;
  });
  const [[trailers]] = await Promise.all([once(stream, "trailers"), once(stream, "end")]);
  expect(trailers["grpc-status"]).toBe("0");
  expect(bytes).toBe(messageBytes + 5);
}

test("an upload from far away is told of a larger window, and arrives whole", async () => {
  const { port } = await startFixture({ maxReceiveMessageBytes: 16 * MIB });
  const session = await connectFromAfar(port);
  const windows: (number | undefined)[] = [];
  session.on("remoteSettings", ({ initialWindowSize }) => windows.push(initialWindowSize));
  await expectEcho(session, 12 * MIB);
  expect(windows[0]).toBe(MIB);
  expect(windows.at(-1)).toBeGreaterThan(MIB);
});

test("where the windows have grown, an upload that nobody reads leaves room for other calls", async () => {
  const fixture = await startFixture({ maxReceiveMessageBytes: 64 * MIB });
  const session = await connectFromAfar(fixture.port);
  // Less than half of the grown connection's window, which was to be told of once.
  await expectEcho(session, 9 * MIB);
  const probe = new Probe(fixture.web);
  const upload = request(session, "/contract.Raw/CollectGated", Object.fromEntries(probe.headers));
  const message = frame(pattern(MIB));
  for (let sent = 0; sent < 32; sent++) upload.write(message);
  upload.end();
  await probe.until("start");
  for (let call = 0; call < 10; call++) await expectEcho(session, MIB);
  await probe.open();
  const parts: Buffer[] = [];
  for await (const part of upload) parts.push(part);
  expect(fromJson(new Uint8Array(Buffer.concat(parts).subarray(5)))).toEqual({ bytes: 32 * MIB });
});
