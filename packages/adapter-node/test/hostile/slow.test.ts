import { setTimeout } from "node:timers/promises";
import { frame, Probe, pattern, toJson } from "@railhead/contract";
import { expect, test } from "vitest";
import { expectNoFaults } from "../support/faults.ts";
import { expectHealthy, startFixture } from "../support/fixture-server.ts";
import { heldBytes } from "../support/heap.ts";
import {
  callHeaders,
  DATA,
  END_HEADERS,
  END_STREAM,
  HEADERS,
  h2Frame,
  PREFACE,
  RawH2,
} from "../support/raw-h2.ts";
import { RawTcp } from "../support/raw-tcp.ts";

expectNoFaults();

const PREFACE_LINE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

test("a client that says nothing is cut", async () => {
  const fixture = await startFixture({ handshakeTimeoutMs: 100 });
  const client = await new RawTcp(fixture.port).connected();
  await client.ended();
  await expectHealthy(fixture);
});

test("a client that ends before it says anything is let go", async () => {
  const fixture = await startFixture({ handshakeTimeoutMs: 100 });
  const client = await new RawTcp(fixture.port).connected();
  client.socket.end();
  await client.ended();
  await expectHealthy(fixture);
});

test("a client that stops inside HTTP/2's first line is cut", async () => {
  const fixture = await startFixture({ handshakeTimeoutMs: 100 });
  const client = await new RawTcp(fixture.port).connected();
  await client.send(PREFACE_LINE.slice(0, 8));
  await client.ended();
  await expectHealthy(fixture);
});

test("a client that says its first line slowly is cut in time all the same", async () => {
  const fixture = await startFixture({ handshakeTimeoutMs: 150 });
  const client = await new RawTcp(fixture.port).connected();
  let sent = 0;
  // Cut by FIN, or by RST where a byte was under way.
  while (sent < 14 && !client.socket.readableEnded && !client.socket.destroyed) {
    await client.send(PREFACE_LINE.charAt(sent++));
    await Promise.race([setTimeout(100), client.ended()]);
  }
  expect(sent).toBeLessThan(10);
});

test("a message byte by byte is a message", async () => {
  const fixture = await startFixture();
  const client = await new RawH2(fixture.port).connected();
  await client.send(PREFACE, h2Frame(HEADERS, END_HEADERS, 1, callHeaders("/contract.Raw/Echo")));
  for (const byte of frame(pattern(40))) await client.send(h2Frame(DATA, 0, 1, Buffer.from([byte])));
  await client.send(h2Frame(DATA, END_STREAM, 1));
  const { payload } = await client.untilFrame(({ type }) => type === DATA);
  expect(new Uint8Array(payload)).toEqual(frame(pattern(40)));
});

test("readers that never read hold their handlers, and a bounded heap", async () => {
  const fixture = await startFixture();
  const before = heldBytes();
  const probes: Probe[] = [];
  for (let index = 0; index < 50; index++) {
    const probe = new Probe(fixture.web);
    const client = await new RawH2(fixture.port, { reads: false }).connected();
    await client.send(
      PREFACE,
      h2Frame(HEADERS, END_HEADERS, 1, callHeaders("/contract.Raw/Endless", probe.headers)),
      h2Frame(DATA, END_STREAM, 1, frame(toJson({ bytes: 16_000 }))),
    );
    await probe.until("yield");
    probes.push(probe);
  }
  for (const probe of probes) expect(await probe.settled("yield")).toBeLessThan(100);
  expect(heldBytes() - before).toBeLessThan(50 * 1024 * 1024);
  await expectHealthy(fixture);
}, 60_000);

test("a reader that never reads loses its call at the deadline", async () => {
  const fixture = await startFixture();
  const probe = new Probe(fixture.web);
  const client = await new RawH2(fixture.port, { reads: false }).connected();
  const headers = callHeaders("/contract.Raw/Endless", [...probe.headers, ["grpc-timeout", "100m"]]);
  await client.send(
    PREFACE,
    h2Frame(HEADERS, END_HEADERS, 1, headers),
    h2Frame(DATA, END_STREAM, 1, frame(toJson({ bytes: 16_000 }))),
  );
  await probe.until("abort DEADLINE_EXCEEDED");
  await probe.until("finally");
  await expectHealthy(fixture);
});
