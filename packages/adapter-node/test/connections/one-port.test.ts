import { once } from "node:events";
import http2 from "node:http2";
import https from "node:https";
import net from "node:net";
import tls from "node:tls";
import type { TlsOptions } from "@railhead/adapter-node";
import { ContractClient, frame, pattern } from "@railhead/contract";
import { describe, expect, onTestFinished, test } from "vitest";
import { AUTHORITY, SERVER } from "../support/certificates.ts";
import { expectNoFaults } from "../support/faults.ts";
import { expectHealthy, startFixture } from "../support/fixture-server.ts";
import { H2Transport } from "../support/h2-transport.ts";
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

const body = frame(pattern(20));
const HTTP1_REQUEST = Buffer.concat([
  Buffer.from("POST /contract.Raw/Echo HTTP/1.1\r\nhost: x\r\ncontent-type: application/grpc-web\r\n"),
  Buffer.from(`content-length: ${body.length}\r\n\r\n`),
  body,
]);
const HTTP2_REQUEST = Buffer.concat([
  PREFACE,
  h2Frame(HEADERS, END_HEADERS, 1, callHeaders("/contract.Raw/Echo")),
  h2Frame(DATA, END_STREAM, 1, body),
]);

describe("plain: h2c and HTTP/1.1 on one port", () => {
  test("side by side", async () => {
    await expectHealthy(await startFixture());
  });

  test.each([1, 2, 13, 14, 15, 16, 23, 24, 25, 33, 34, 60])("h2c, cut after %i bytes", async (at) => {
    const fixture = await startFixture();
    const client = await new RawH2(fixture.port).connected();
    await client.send(HTTP2_REQUEST.subarray(0, at));
    await client.send(HTTP2_REQUEST.subarray(at));
    const { payload } = await client.untilFrame(({ type }) => type === DATA);
    expect(new Uint8Array(payload)).toEqual(body);
  });

  test("h2c, byte by byte", async () => {
    const fixture = await startFixture();
    const client = await new RawH2(fixture.port).connected();
    for (const byte of HTTP2_REQUEST) await client.send(Buffer.from([byte]));
    const { payload } = await client.untilFrame(({ type }) => type === DATA);
    expect(new Uint8Array(payload)).toEqual(body);
  });

  test("HTTP/1.1, byte by byte", async () => {
    const fixture = await startFixture();
    const client = await new RawTcp(fixture.port).connected();
    for (const byte of HTTP1_REQUEST) await client.send(Buffer.from([byte]));
    const answer = await client.until((bytes) => bytes.includes("grpc-status:0"));
    expect(answer.includes(Buffer.from(body))).toBe(true);
  });

  test("a method that begins as the preface does", async () => {
    const fixture = await startFixture();
    const client = await new RawTcp(fixture.port).connected();
    await client.send("P", "R", "OPFIND / HTTP/1.1\r\nhost: x\r\n\r\n");
    const answer = await client.until((bytes) => bytes.includes("\r\n\r\n"));
    expect(answer.toString()).toMatch(/^HTTP\/1\.1 404 /);
  });

  test.each(["", "PRI * HT"])("a client that leaves after %j is let go at once", async (said) => {
    const { port } = await startFixture({ handshakeTimeoutMs: 60_000 });
    const client = await new RawTcp(port).connected();
    if (said !== "") await client.send(said);
    client.socket.end();
    await client.ended();
  });

  test("a TLS client on a plain port is cut, not kept", async () => {
    const fixture = await startFixture();
    const socket = tls.connect({ port: fixture.port, host: "127.0.0.1" });
    const [error] = await once(socket, "error");
    expect(error).toBeInstanceOf(Error);
    await expectHealthy(fixture);
  });
});

describe("TLS: the client chooses by ALPN", () => {
  const secure = { tls: { ...SERVER } };
  const trust = { ca: AUTHORITY, servername: "localhost" };

  test("url says https", async () => {
    const { server } = await startFixture(secure);
    expect(server.url).toBe(`https://127.0.0.1:${server.port}`);
  });

  test.each([
    [["h2", "http/1.1"], "h2"],
    [["http/1.1", "h2"], "h2"],
    [["h2"], "h2"],
    [["http/1.1"], "http/1.1"],
  ])("%j gets %s", async (offer, chosen) => {
    const { port } = await startFixture(secure);
    const socket = tls.connect({ port, host: "127.0.0.1", ALPNProtocols: [...offer], ...trust });
    onTestFinished(() => void socket.destroy());
    await once(socket, "secureConnect");
    expect(socket.alpnProtocol).toBe(chosen);
  });

  test("gRPC over h2", async () => {
    const { server } = await startFixture(secure);
    const h2 = new H2Transport(trust);
    onTestFinished(() => h2.close());
    const answer = await new ContractClient(server.url, h2.send, "grpc").call(
      "/contract.Raw/Echo",
      pattern(30),
    );
    expect(answer).toMatchObject({ code: 0, messages: [pattern(30)] });
  });

  test.each([[undefined], [["http/1.1"]]])("gRPC-Web over HTTP/1.1, ALPN %j", async (offer) => {
    const { port } = await startFixture(secure);
    const request = https.request({
      ...trust,
      ...(offer && { ALPNProtocols: offer }),
      agent: false,
      host: "127.0.0.1",
      port,
      method: "POST",
      path: "/contract.Raw/Echo",
      headers: { "content-type": "application/grpc-web" },
    });
    request.end(body);
    const [response] = await once(request, "response");
    const parts: Buffer[] = [];
    for await (const part of response) parts.push(part);
    expect(Buffer.concat(parts).subarray(0, body.length)).toEqual(Buffer.from(body));
  });

  test("a client that speaks plain HTTP is cut", async () => {
    const fixture = await startFixture(secure);
    const client = await new RawTcp(fixture.port).connected();
    await client.send(HTTP1_REQUEST);
    await client.ended();
    expect(client.received.includes("200 OK")).toBe(false);
  });

  test("a client that never says hello is cut", async () => {
    const fixture = await startFixture({ ...secure, handshakeTimeoutMs: 100 });
    await (await new RawTcp(fixture.port).connected()).ended();
  });

  test("a client that offers nothing known is refused", async () => {
    const { port } = await startFixture(secure);
    const socket = tls.connect({ port, host: "127.0.0.1", ALPNProtocols: ["spdy/1"], ...trust });
    const [error] = await once(socket, "error");
    expect(error).toBeInstanceOf(Error);
  });

  test("TLS 1.1 is refused", async () => {
    const { port } = await startFixture(secure);
    const socket = tls.connect({
      port,
      host: "127.0.0.1",
      minVersion: "TLSv1",
      maxVersion: "TLSv1.1",
      ...trust,
    });
    const [error] = await once(socket, "error");
    expect(error).toBeInstanceOf(Error);
  });
});

test("a port that is taken: the listen error", async () => {
  const { port } = await startFixture();
  await expect(startFixture({ port })).rejects.toMatchObject({ code: "EADDRINUSE" });
});

test.each([
  ["key", { key: "certs/server-key.pem", cert: SERVER.cert }],
  ["cert", { key: SERVER.key, cert: "certs/server.pem" }],
  ["key", { cert: SERVER.cert }],
  ["key", true],
])("TLS without a PEM for its %s is refused at once", async (name, given) => {
  await expect(startFixture({ tls: given as unknown as TlsOptions })).rejects.toThrow(
    new TypeError(`tls.${name} must be PEM: what is in the file, not its name`),
  );
});

test("an IPv6 host stands in brackets in the url", async () => {
  const probe = net.createServer().listen(0, "::1");
  const hasIpv6 = await Promise.race([
    once(probe, "listening").then(() => true),
    once(probe, "error").then(() => false),
  ]);
  probe.close();
  if (!hasIpv6) return;
  const { server } = await startFixture({ host: "::1" });
  expect(server.url).toBe(`http://[::1]:${server.port}`);
  const session = http2.connect(server.url);
  onTestFinished(() => session.destroy());
  await once(session, "connect");
});
