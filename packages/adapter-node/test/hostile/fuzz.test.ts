import { frame } from "@railhead/contract";
import fc from "fast-check";
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
  rst,
} from "../support/raw-h2.ts";
import { RawTcp } from "../support/raw-tcp.ts";

expectNoFaults();

/** Printed with a failure; set it to see that failure again. */
const seed = Number(process.env.RAILHEAD_SEED ?? Date.now() % 2 ** 31);
const parameters = { seed, interruptAfterTimeLimit: 8_000, numRuns: 400 };
console.log(`fuzzing with RAILHEAD_SEED=${seed}`);

const METHODS = ["Echo", "Count", "Collect", "First", "Chat", "Careless", "Describe"];
const path = fc.constantFrom(...METHODS, "../x", "").map((name) => `/contract.Raw/${name}`);
const bytes = fc.uint8Array({ maxLength: 300 });
/** Bytes that often make sense as frames. */
const body = fc
  .array(
    fc.oneof(
      bytes,
      bytes.map((payload) => frame(payload)),
      bytes.map((payload) => frame(payload, 1)),
    ),
    { maxLength: 5 },
  )
  .map((parts) => Buffer.concat(parts));

/** A buffer in pieces, cut anywhere. */
function cut(whole: Buffer, cuts: readonly number[]): readonly Buffer[] {
  const places = [...new Set([0, ...cuts.map((place) => place % (whole.length + 1)), whole.length])].sort(
    (a, b) => a - b,
  );
  return places.slice(1).map((end, index) => whole.subarray(places[index], end));
}

const cuts = fc.array(fc.nat(), { maxLength: 6 });

test("any bytes on a connection", async () => {
  const fixture = await startFixture({ handshakeTimeoutMs: 500 });
  const start = fc.constantFrom(
    "",
    "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    "POST /contract.Raw/Echo HTTP/1.1\r\n",
    "GET / HTTP/1.1\r\n\r\n",
  );
  await fc.assert(
    fc.asyncProperty(start, bytes, cuts, async (prefix, rest, places) => {
      const client = await new RawTcp(fixture.port).connected();
      for (const piece of cut(Buffer.concat([Buffer.from(prefix), rest]), places)) await client.send(piece);
      client.socket.resetAndDestroy();
    }),
    parameters,
  );
  await expectHealthy(fixture);
}, 20_000);

test("any body of HTTP/1.1 is answered", async () => {
  const fixture = await startFixture({ defaultTimeoutMs: 2_000 });
  const type = fc.constantFrom(
    "application/grpc-web",
    "application/grpc-web-text",
    "application/grpc-web+json",
    "application/grpc",
    "application/proto",
    "application/json",
    "application/connect+proto",
  );
  await fc.assert(
    fc.asyncProperty(
      path,
      type,
      body,
      cuts,
      fc.boolean(),
      async (target, contentType, content, places, chunked) => {
        const client = await new RawTcp(fixture.port).connected();
        const framing = chunked ? "transfer-encoding: chunked" : `content-length: ${content.length}`;
        const head = `POST ${target} HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-type: ${contentType}\r\n`;
        await client.send(`${head}grpc-encoding: gzip\r\n${framing}\r\n\r\n`);
        for (const piece of cut(content, places)) {
          if (chunked) await client.send(`${piece.length.toString(16)}\r\n`, piece, "\r\n");
          else await client.send(piece);
        }
        if (chunked && content.length > 0) await client.send("0\r\n\r\n");
        else if (chunked) await client.send("\r\n");
        await client.ended();
        expect(client.received.toString("latin1")).toMatch(/^HTTP\/1\.1 (200|4\d\d|501) /);
        client.socket.destroy();
      },
    ),
    parameters,
  );
  await expectHealthy(fixture);
}, 20_000);

test("any DATA on HTTP/2 streams is answered", async () => {
  const fixture = await startFixture({ defaultTimeoutMs: 2_000 });
  const ending = fc.constantFrom("end", "end in a frame of its own", "reset", "reset with NO_ERROR");
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(path, body, cuts, ending), { minLength: 1, maxLength: 4 }),
      async (calls) => {
        const client = await new RawH2(fixture.port).connected();
        await client.send(PREFACE);
        const ended: number[] = [];
        for (const [index, [target, content, places, how]] of calls.entries()) {
          const id = 2 * index + 1;
          await client.send(h2Frame(HEADERS, END_HEADERS, id, callHeaders(target)));
          const pieces = cut(content, places);
          for (const [at, piece] of pieces.entries()) {
            const isLast = how === "end" && at === pieces.length - 1;
            await client.send(h2Frame(DATA, isLast ? END_STREAM : 0, id, piece));
          }
          if (how.startsWith("reset")) await client.send(rst(id, how === "reset" ? 8 : 0));
          else if (how !== "end" || pieces.length === 0) await client.send(h2Frame(DATA, END_STREAM, id));
          if (!how.startsWith("reset")) ended.push(id);
        }
        for (const id of ended) {
          await client.untilFrame(
            ({ type, flags, stream }) =>
              stream === id &&
              (type === RST_STREAM || ((type === HEADERS || type === DATA) && (flags & END_STREAM) !== 0)),
          );
        }
        client.socket.destroy();
      },
    ),
    parameters,
  );
  await expectHealthy(fixture);
}, 20_000);

test("any frames on HTTP/2 connections", async () => {
  const fixture = await startFixture({ defaultTimeoutMs: 2_000 });
  const anyFrame = fc
    .tuple(
      fc.integer({ min: 0, max: 10 }),
      fc.nat(255),
      fc.constantFrom(0, 1, 2, 3, 5),
      fc.oneof(
        bytes,
        path.map((target) => callHeaders(target)),
      ),
    )
    .map(([type, flags, stream, payload]) => h2Frame(type, flags, stream, payload));
  await fc.assert(
    fc.asyncProperty(fc.array(anyFrame, { maxLength: 12 }), cuts, async (frames, places) => {
      const client = await new RawH2(fixture.port).connected();
      for (const piece of cut(Buffer.concat([PREFACE, ...frames]), places)) await client.send(piece);
      client.socket.resetAndDestroy();
    }),
    parameters,
  );
  await expectHealthy(fixture);
}, 20_000);
