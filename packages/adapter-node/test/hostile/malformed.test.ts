import { frame, frameHeader, pattern } from "@railhead/contract";
import { describe, expect, test } from "vitest";
import { expectNoFaults } from "../support/faults.ts";
import { expectHealthy, startFixture } from "../support/fixture-server.ts";
import { encodeFields } from "../support/hpack.ts";
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
  RST_STREAM,
  SETTINGS,
  uint32,
  WINDOW_UPDATE,
} from "../support/raw-h2.ts";
import { RawTcp } from "../support/raw-tcp.ts";

expectNoFaults();

const echo = callHeaders("/contract.Raw/Echo");
const collect = callHeaders("/contract.Raw/Collect");

/** What breaks a rule of HTTP/2's own. The connection or the stream may end; the server may not. */
const H2_CASES: Readonly<Record<string, readonly Buffer[]>> = {
  "DATA on stream 0": [h2Frame(DATA, 0, 0, pattern(10))],
  "DATA on a stream that is not open": [h2Frame(DATA, 0, 7, pattern(10))],
  "HEADERS on an even stream": [h2Frame(HEADERS, END_HEADERS, 2, echo)],
  "HEADERS with garbage for HPACK": [h2Frame(HEADERS, END_HEADERS, 1, pattern(200))],
  "CONTINUATION out of place": [h2Frame(CONTINUATION, END_HEADERS, 1, echo)],
  "a frame in the middle of a header block": [
    h2Frame(HEADERS, 0, 1, echo.subarray(0, 20)),
    h2Frame(PING, 0, 0, Buffer.alloc(8)),
  ],
  "an upper-case header": [
    h2Frame(HEADERS, END_HEADERS, 1, Buffer.concat([echo, encodeFields([["X-Upper", "1"]])])),
  ],
  "a header of the connection": [
    h2Frame(HEADERS, END_HEADERS, 1, Buffer.concat([echo, encodeFields([["connection", "close"]])])),
  ],
  "a header value with a line break": [
    h2Frame(HEADERS, END_HEADERS, 1, Buffer.concat([echo, encodeFields([["x-a", "b\r\nc: d"]])])),
  ],
  "no :path": [
    h2Frame(
      HEADERS,
      END_HEADERS,
      1,
      encodeFields([
        [":method", "POST"],
        [":scheme", "http"],
      ]),
    ),
  ],
  CONNECT: [
    h2Frame(
      HEADERS,
      END_HEADERS,
      1,
      encodeFields([
        [":method", "CONNECT"],
        [":authority", "x:1"],
      ]),
    ),
  ],
  "a frame beyond the largest size": [h2Frame(DATA, 0, 1, Buffer.alloc(20_000))],
  "a window of too much": [h2Frame(WINDOW_UPDATE, 0, 0, uint32(0x7fff_ffff))],
  "a window update of nothing": [h2Frame(WINDOW_UPDATE, 0, 0, uint32(0))],
  "an initial window beyond the maximum": [
    h2Frame(SETTINGS, 0, 0, Buffer.concat([Buffer.from([0, 4]), uint32(0xffff_ffff)])),
  ],
  "settings cut short": [h2Frame(SETTINGS, 0, 0, Buffer.alloc(5))],
  "a ping cut short": [h2Frame(PING, 0, 0, Buffer.alloc(3))],
  "an RST_STREAM on an idle stream": [h2Frame(RST_STREAM, 0, 9, uint32(8))],
  "padding longer than its frame": [
    h2Frame(HEADERS, END_HEADERS, 1, collect),
    h2Frame(DATA, 8, 1, Buffer.from([200, 1])),
  ],
  "DATA behind the end": [
    h2Frame(HEADERS, END_HEADERS, 1, collect),
    h2Frame(DATA, END_STREAM, 1, frame(pattern(3))),
    h2Frame(DATA, END_STREAM, 1, frame(pattern(3))),
  ],
  "a frame of an unknown type": [h2Frame(0xee, 0xff, 1, pattern(100))],
  "GOAWAY from the client": [h2Frame(GOAWAY, 0, 0, Buffer.alloc(8))],
  "a flood of settings": Array.from({ length: 3000 }, () => h2Frame(SETTINGS, 0, 0)),
  "a flood of pings": Array.from({ length: 3000 }, () => h2Frame(PING, 0, 0, Buffer.alloc(8))),
  "a flood of empty DATA": [
    h2Frame(HEADERS, END_HEADERS, 1, collect),
    ...Array.from({ length: 20_000 }, () => h2Frame(DATA, 0, 1)),
  ],
  "a flood of CONTINUATION": [
    h2Frame(HEADERS, 0, 1, echo),
    ...Array.from({ length: 500 }, (_, index) =>
      h2Frame(CONTINUATION, 0, 1, encodeFields([[`x-${index}`, "v".repeat(1000)]])),
    ),
  ],
};

test.each(Object.keys(H2_CASES))("HTTP/2: %s", async (name) => {
  const fixture = await startFixture();
  const client = await new RawH2(fixture.port).connected();
  await client.send(PREFACE, ...(H2_CASES[name] ?? []));
  await expectHealthy(fixture);
});

test.each([
  ["beyond what the server announces", 60_000],
  ["far beyond", 1_000_000],
])("HTTP/2: header lists %s", async (_, bytes) => {
  const fixture = await startFixture();
  const headers = Array.from(
    { length: Math.ceil(bytes / 4000) },
    (_, index) => [`x-${index}`, "v".repeat(4000)] as const,
  );
  await expect(
    fixture.grpc.call("/contract.Raw/Echo", pattern(5), { headers }).then(({ code }) => {
      if (code !== 0) throw new Error(`code ${code}`);
    }),
  ).rejects.toThrow();
  await expectHealthy(fixture);
});

test("HTTP/1.1: a header list beyond what is read at all: 431", async () => {
  const fixture = await startFixture();
  const response = await fetch(`${fixture.server.url}/contract.Raw/Echo`, {
    method: "POST",
    headers: { "content-type": "application/grpc-web", "x-large": "v".repeat(100_000) },
    body: frame(pattern(5)).slice(),
  });
  expect(response.status).toBe(431);
  await expectHealthy(fixture);
});

describe("HTTP/1.1 that is none", () => {
  const head = "POST /contract.Raw/Collect HTTP/1.1\r\nhost: x\r\ncontent-type: application/grpc-web\r\n";
  const chunked = `${head}transfer-encoding: chunked\r\n\r\n`;

  test.each([
    ["garbage", "\0\x01\x02garbage\xff\r\n\r\n"],
    ["a TLS hello on a plain port", "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03"],
    ["almost the preface of HTTP/2", "PRI * HTTP/2.1\r\n\r\nSM\r\n\r\n"],
    ["the preface and garbage", `PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n${"\xff".repeat(100)}`],
    ["the preface cut short", "PRI * HTTP/2.0\r\n\r\nXX"],
    ["no such version", "POST / HTTP/9.9\r\n\r\n"],
    ["two lengths", `${head}content-length: 5\r\ncontent-length: 6\r\n\r\n`],
    ["a length and chunks", `${head}content-length: 5\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n`],
    ["a length that is none", `${head}content-length: 0x5\r\n\r\n`],
    ["a chunk size that is none", `${chunked}zz\r\n`],
    ["a chunk size too large", `${chunked}ffffffffffffffffff\r\n`],
    ["a chunk longer than it says", `${chunked}2\r\n\0\0\0\0\r\n`],
    ["a line break in a header", `${head}x-a: b\rc\r\n\r\n`],
    ["a space before a colon", `${head}x-a : b\r\n\r\n`],
  ])("%s is answered with 400 or cut", async (_, text) => {
    const fixture = await startFixture();
    const client = await new RawTcp(fixture.port).connected();
    await client.send(Buffer.from(text, "latin1"));
    await client.ended();
    const answer = client.received.toString("latin1");
    if (answer.startsWith("HTTP/1.1")) expect(answer).toMatch(/^HTTP\/1\.1 4\d\d/);
    client.socket.end();
    await client.closed;
    await expectHealthy(fixture);
  });

  test.each(["CONNECT x:1 HTTP/1.1\r\nhost: x\r\n\r\n", "TRACE / HTTP/1.1\r\nhost: x\r\n\r\n"])(
    "%j",
    async (text) => {
      const fixture = await startFixture();
      const client = await new RawTcp(fixture.port).connected();
      await client.send(text);
      await Promise.race([
        client.ended(),
        client.until((bytes) => bytes.toString().startsWith("HTTP/1.1 4")),
      ]);
      await expectHealthy(fixture);
    },
  );

  test("an upgrade to h2c is not taken, the request is answered", async () => {
    const fixture = await startFixture();
    const client = await new RawTcp(fixture.port).connected();
    const upgrade =
      "connection: upgrade, http2-settings\r\nupgrade: h2c\r\nhttp2-settings: AAMAAABkAAQAAP__\r\n";
    const body = frame(pattern(3));
    await client.send(`${head}${upgrade}content-length: ${body.length}\r\n\r\n`, body);
    const answer = await client.until((bytes) => bytes.includes("grpc-status:0"));
    expect(answer.toString("latin1")).toMatch(/^HTTP\/1\.1 200 /);
  });

  test("4 GiB announced and nothing sent: RESOURCE_EXHAUSTED at once", async () => {
    const fixture = await startFixture();
    const client = await new RawTcp(fixture.port).connected();
    await client.send(`${head}content-length: 4294967300\r\n\r\n`, frameHeader(0xffff_ffff));
    await client.until((bytes) => bytes.includes("grpc-status:8"));
    await expectHealthy(fixture);
  });

  test("a target with scheme and host is served like any other", async () => {
    // RFC 9112, section 3.2.2: a server must accept the absolute form.
    const fixture = await startFixture();
    const client = await new RawTcp(fixture.port).connected();
    const body = frame(pattern(3));
    await client.send(
      `POST ${fixture.server.url}/contract.Raw/Echo HTTP/1.1\r\nhost: x\r\ncontent-type: application/grpc-web\r\n`,
      `content-length: ${body.length}\r\n\r\n`,
      body,
    );
    const answer = await client.until((bytes) => bytes.includes("grpc-status:"));
    expect(answer.includes("grpc-status:0")).toBe(true);
  });
});
