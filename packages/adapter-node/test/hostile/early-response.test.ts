import { frame, frameHeader, pattern } from "@railhead/contract";
import { expect, test } from "vitest";
import { expectNoFaults } from "../support/faults.ts";
import { expectHealthy, startFixture } from "../support/fixture-server.ts";
import {
  callHeaders,
  DATA,
  END_HEADERS,
  END_STREAM,
  HEADERS,
  h2Frame,
  PREFACE,
  RawH2,
  RST_STREAM,
} from "../support/raw-h2.ts";
import { RawTcp } from "../support/raw-tcp.ts";

expectNoFaults();

const MIB = 1024 * 1024;

test.each([
  ["a limit that is exceeded", "/contract.Raw/Echo", frameHeader(5 * MIB)],
  ["a method that does not exist", "/contract.Missing/Echo", frame(pattern(10))],
  ["a handler that answers after its first message", "/contract.Raw/First", frame(pattern(10))],
])("HTTP/2: %s answers while the client sends, and stops it with NO_ERROR", async (_, path, first) => {
  const fixture = await startFixture();
  const client = await new RawH2(fixture.port).connected();
  await client.send(PREFACE, h2Frame(HEADERS, END_HEADERS, 1, callHeaders(path)), h2Frame(DATA, 0, 1, first));
  const { payload } = await client.untilFrame(({ type, stream }) => type === RST_STREAM && stream === 1);
  expect(payload.readUInt32BE(0)).toBe(0);
  const types = client.frames.filter(({ stream }) => stream === 1);
  expect(types.some(({ type, flags }) => type === HEADERS && (flags & END_STREAM) !== 0)).toBe(true);
  await client.send(h2Frame(DATA, 0, 1, pattern(1000)));
  await expectHealthy(fixture);
});

test("HTTP/2: a large early response is whole before the stream is reset", async () => {
  const fixture = await startFixture();
  const sent = pattern(3 * MIB);
  const body = new ReadableStream<Uint8Array>({ start: (controller) => controller.enqueue(frame(sent)) });
  const answer = await (await fixture.grpc.open("/contract.Raw/First", body)).finish();
  expect(answer.code).toBe(0);
  expect(Buffer.compare(answer.messages[0] ?? Buffer.alloc(0), sent)).toBe(0);
});

test("HTTP/1.1: the answer comes while the client sends, and the rest that is read has a bound", async () => {
  const fixture = await startFixture();
  const client = await new RawTcp(fixture.port).connected();
  const total = 256 * MIB;
  await client.send(
    `POST /contract.Raw/Echo HTTP/1.1\r\nhost: x\r\ncontent-type: application/grpc-web\r\ncontent-length: ${total}\r\n\r\n`,
    frameHeader(5 * MIB),
  );
  await client.until((bytes) => bytes.includes("grpc-status:8"));
  const piece = pattern(MIB);
  for (let sent = 0; sent < total && !client.socket.destroyed; sent += MIB) await client.send(piece);
  await client.closed;
  // 4 MiB, and what the sockets on both sides hold.
  expect(client.socket.bytesWritten).toBeLessThan(32 * MIB);
  await expectHealthy(fixture);
});

test("HTTP/1.1: a client that sends a little more than was wanted keeps its connection", async () => {
  const fixture = await startFixture();
  const client = await new RawTcp(fixture.port).connected();
  const head = (path: string, length: number): string =>
    `POST /contract.Raw/${path} HTTP/1.1\r\nhost: x\r\ncontent-type: application/grpc-web\r\ncontent-length: ${length}\r\n\r\n`;
  await client.send(head("First", 15 + MIB), frame(pattern(10)));
  await client.until((bytes) => bytes.includes("grpc-status:0"));
  await client.send(pattern(MIB), head("Echo", 8), frame(pattern(3)));
  await client.until((bytes) => bytes.toString("latin1").split("grpc-status:0").length === 3);
});

test("HTTP/1.1: a refusal waits for a short request, whose client may not take it before", async () => {
  const fixture = await startFixture();
  const client = await new RawTcp(fixture.port).connected();
  await client.send(
    "POST /contract.Missing/Echo HTTP/1.1\r\nhost: x\r\ncontent-type: application/grpc-web\r\ncontent-length: 5\r\n\r\n",
    pattern(2),
  );
  await expectHealthy(fixture);
  expect(client.received.length).toBe(0);
  await client.send(pattern(3));
  await client.until((bytes) => bytes.includes("grpc-status:12"));
});

test("HTTP/1.1: a refusal does not wait for ever for a client that stalls", async () => {
  const fixture = await startFixture();
  const client = await new RawTcp(fixture.port).connected();
  await client.send(
    "POST /contract.Missing/Echo HTTP/1.1\r\nhost: x\r\ncontent-type: application/grpc-web\r\ncontent-length: 5\r\n\r\n",
    pattern(2),
  );
  await client.until((bytes) => bytes.includes("grpc-status:12"));
  // The rest of the request still belongs to it.
  await client.send(pattern(3));
  await expectHealthy(fixture);
  expect(client.received.toString("latin1").split("HTTP/1.1 ").length).toBe(2);
});
