import { once } from "node:events";
import http2 from "node:http2";
import { frame, pattern } from "@railhead/contract";
import { expect, onTestFinished, test } from "vitest";
import { expectNoFaults } from "../support/faults.ts";
import { startFixture } from "../support/fixture-server.ts";
import { PREFACE, RawH2, WINDOW_UPDATE } from "../support/raw-h2.ts";

expectNoFaults();

const MIB = 1024 * 1024;

async function settingsOf(url: string): Promise<http2.Settings> {
  const session = http2.connect(url);
  onTestFinished(() => session.destroy());
  const [settings] = await once(session, "remoteSettings");
  return settings;
}

/** What the server adds to the 65,535 bytes that a connection begins with. */
async function connectionWindow(port: number): Promise<number> {
  const client = await new RawH2(port).connected();
  await client.send(PREFACE);
  const { payload } = await client.untilFrame(({ type, stream }) => type === WINDOW_UPDATE && stream === 0);
  return 65_535 + payload.readUInt32BE(0);
}

test("streams have 1 MiB, connections four times that, and there is no push", async () => {
  const { server, port } = await startFixture();
  const settings = await settingsOf(server.url);
  expect(settings.initialWindowSize).toBe(MIB);
  expect(settings.maxConcurrentStreams).toBe(1024);
  expect(await connectionWindow(port)).toBe(4 * MIB);
});

test("options set them", async () => {
  const { server, port } = await startFixture({
    streamWindowBytes: 2 * MIB,
    connectionWindowBytes: 3 * MIB,
    maxConcurrentStreams: 7,
  });
  expect(await settingsOf(server.url)).toMatchObject({ initialWindowSize: 2 * MIB, maxConcurrentStreams: 7 });
  expect(await connectionWindow(port)).toBe(3 * MIB);
});

test.each([65_535, 1000, 100])(
  "a stream window of %i bytes carries any message",
  async (streamWindowBytes) => {
    const { grpc } = await startFixture({ streamWindowBytes });
    const answer = await grpc.call("/contract.Raw/Echo", pattern(300_000));
    expect(answer.code).toBe(0);
    expect(Buffer.compare(answer.messages[0] ?? Buffer.alloc(0), pattern(300_000))).toBe(0);
  },
);

test("a client with windows of its own gets all, in pieces that fit", async () => {
  const { server } = await startFixture();
  const session = http2.connect(server.url, { settings: { initialWindowSize: 100 } });
  onTestFinished(() => session.destroy());
  const stream = session.request({
    ":method": "POST",
    ":path": "/contract.Raw/Echo",
    "content-type": "application/grpc",
  });
  stream.end(frame(pattern(50_000)));
  const pieces: Buffer[] = [];
  stream.on("data", (piece: Buffer) => pieces.push(piece));
  await once(stream, "end");
  expect(Math.max(...pieces.map(({ length }) => length))).toBeLessThanOrEqual(100);
  expect(new Uint8Array(Buffer.concat(pieces))).toEqual(frame(pattern(50_000)));
});
