import { once } from "node:events";
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
  expect(client.frames.some(({ type }) => type === PING)).toBe(false);
});
