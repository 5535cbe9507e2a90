import { once } from "node:events";
import { readFile } from "node:fs/promises";
import http2 from "node:http2";
import { frame, Probe } from "@railhead/contract";
import { expect, onTestFinished, test } from "vitest";
import { expectNoFaults } from "../support/faults.ts";
import { startFixture } from "../support/fixture-server.ts";
import {
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
} from "../support/raw-h2.ts";

expectNoFaults();

test("a peer that does not answer pings is cut, and its calls are cancelled", async () => {
  const fixture = await startFixture({ keepalive: { intervalMs: 50, timeoutMs: 50 } });
  const probe = new Probe(fixture.web);
  const client = await new RawH2(fixture.port).connected();
  await client.send(
    PREFACE,
    h2Frame(HEADERS, END_HEADERS, 1, callHeaders("/contract.Raw/Hang", probe.headers)),
    h2Frame(DATA, END_STREAM, 1, frame(new Uint8Array(0))),
  );
  await client.untilFrame(({ type }) => type === PING);
  await client.ended();
  await probe.until("abort CANCELLED");
  await probe.until("finally");
});

test("a peer that answers pings is left alone", async () => {
  const fixture = await startFixture({ keepalive: { intervalMs: 20, timeoutMs: 200 } });
  const session = http2.connect(fixture.server.url);
  onTestFinished(() => session.destroy());
  for (let pings = 0; pings < 10; pings++) await once(session, "ping");
  expect(session.closed).toBe(false);
});

test("without keepalive there are no pings", async () => {
  const fixture = await startFixture({ keepalive: false, maxConnectionAgeMs: 300 });
  const client = await new RawH2(fixture.port).connected();
  await client.send(PREFACE);
  await client.untilFrame(({ type }) => type === GOAWAY);
  const types = client.frames.map(({ type }) => type);
  expect(types.slice(0, types.indexOf(GOAWAY))).not.toContain(PING);
});

/** USER_HZ, the unit of the kernel's tables. */
const TICKS_PER_SECOND = 100;

/** Seconds until the system asks the client of a connection for a sign of life; undefined: never. */
async function secondsToTcpPing(serverPort: number, clientPort: number): Promise<number | undefined> {
  const [kind, ticks = ""] = await timerOf(serverPort, clientPort);
  // Something was not acknowledged yet, which takes its turn before.
  if (kind === "01") return secondsToTcpPing(serverPort, clientPort);
  return kind === "02" ? Number.parseInt(ticks, 16) / TICKS_PER_SECOND : undefined;
}

/** The kind of timer that runs for the server's end of a connection, and its hexadecimal ticks. */
async function timerOf(serverPort: number, clientPort: number): Promise<string[]> {
  const ends = [serverPort, clientPort].map(
    (port) => `0100007F:${port.toString(16).toUpperCase().padStart(4, "0")}`,
  );
  const table = await readFile("/proc/net/tcp", "utf8");
  const line = table.split("\n").find((each) => each.includes(ends.join(" ")));
  return line?.trim().split(/\s+/)[5]?.split(":") ?? [];
}

// Other systems do not show the timers of a connection.
test.runIf(process.platform === "linux").each([
  ["a minute", {}, 60],
  ["the interval", { keepalive: { intervalMs: 5000 } }, 5],
  ["never", { keepalive: false }, undefined],
] as const)("a silent client of HTTP/1.1 is asked for by TCP after %s", async (_, options, expected) => {
  const { port } = await startFixture(options);
  const client = await new RawH2(port).connected();
  await client.send("GET / HTTP/1.1\r\nhost: x\r\n\r\n");
  // Its last byte has been acknowledged then: no other timer runs.
  await client.until((bytes) => bytes.includes("\r\n\r\n"));
  const seconds = await secondsToTcpPing(port, client.socket.localPort ?? 0);
  if (expected === undefined) expect(seconds).toBeUndefined();
  else expect(seconds).toBeGreaterThan(expected - 4);
  expect(seconds ?? 0).toBeLessThanOrEqual(expected ?? 0);
});
