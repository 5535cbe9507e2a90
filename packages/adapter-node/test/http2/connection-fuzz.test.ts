import { ContractClient, createFixture, frame, pattern } from "@railhead/contract";
import fc from "fast-check";
import { expect, onTestFinished, test } from "vitest";
import { serve } from "../../src/server.ts";
import { expectNoFaults } from "../support/faults.ts";
import { H2Transport } from "../support/h2-transport.ts";
import { callHeaders, h2Frame, PREFACE, RawH2, uint32 } from "../support/raw-h2.ts";
import { cut, lengths } from "./support/bytes.ts";

expectNoFaults();

/** Printed with a failure; set it to see that failure again. */
const seed = Number(process.env.RAILHEAD_SEED ?? Date.now() % 2 ** 31);
const parameters = { seed, interruptAfterTimeLimit: 8_000, numRuns: 500 };
console.log(`fuzzing with RAILHEAD_SEED=${seed}`);

const METHODS = ["Echo", "Count", "Collect", "First", "Chat", "Careless", "Describe"];
const END_STREAM = 0x1;
const END_HEADERS = 0x4;
const PADDED = 0x8;
const PRIORITY = 0x20;

/** A server, and whether a new connection to it serves a call. */
async function started() {
  const { service, options } = createFixture();
  const server = await serve(service, { ...options, host: "127.0.0.1", port: 0, defaultTimeoutMs: 2_000 });
  onTestFinished(() => server.close());
  const isHealthy = async (): Promise<void> => {
    const transport = new H2Transport();
    const client = new ContractClient(server.url, transport.send, "grpc");
    const answer = await client.call("/contract.Raw/Echo", pattern(50));
    transport.close();
    expect(answer).toMatchObject({ code: 0, messages: [pattern(50)] });
  };
  return { port: server.port, isHealthy };
}

const stream = fc.constantFrom(1, 3, 5, 7, 0, 2);
const bytes = fc.uint8Array({ maxLength: 300, size: "max" }).map((payload) => Buffer.from(payload));
const head = fc
  .tuple(fc.constantFrom(...METHODS), fc.boolean())
  .map(([method, isTold]) =>
    callHeaders(`/contract.Raw/${method}`, isTold ? [["content-length", "55"]] : []),
  );
const body = fc.oneof(
  bytes,
  bytes.map((payload) => Buffer.from(frame(payload))),
);
const uint32s = fc
  .oneof(fc.constantFrom(0, 1, 65_535, 2 ** 31 - 1, 2 ** 32 - 1), fc.nat(100_000))
  .map((value) => uint32(value));
const setting = fc
  .tuple(
    fc.integer({ min: 0, max: 7 }),
    fc.oneof(
      { weight: 3, arbitrary: fc.constantFrom(0, 1, 4096, 16_384, 65_535) },
      uint32s.map((value) => value.readUInt32BE()),
    ),
  )
  .map(([id, value]) => Buffer.concat([Buffer.from([0, id]), uint32(value)]));

/** Content with its padding around it. */
function padded(flags: number, content: Buffer, padding: number): Buffer {
  if ((flags & PADDED) === 0) return content;
  return Buffer.concat([Buffer.from([padding]), content, Buffer.alloc(padding)]);
}

/** Frames as a client may send them, though not in any order that makes sense. */
const orderly = fc.oneof(
  fc
    .tuple(fc.constantFrom(0, 0, END_STREAM, PADDED, END_STREAM | PADDED), stream, body, fc.nat(255))
    .map(([flags, id, content, padding]) => h2Frame(0, flags, id, padded(flags, content, padding))),
  fc
    .tuple(
      fc.constantFrom(0, END_STREAM),
      fc.constantFrom(0, PADDED),
      fc.constantFrom(0, PRIORITY),
      stream,
      head,
      fc.nat(255),
    )
    .map(([ends, pads, prior, id, block, padding]) => {
      const flags = ends | pads | prior | END_HEADERS;
      const content = prior === 0 ? block : Buffer.concat([Buffer.alloc(5), block]);
      return h2Frame(1, flags, id, padded(flags, content, padding));
    }),
  // A block in two frames.
  fc.tuple(fc.constantFrom(0, END_STREAM), stream, head, fc.nat(200)).map(([ends, id, block, place]) => {
    const at = place % block.length;
    return Buffer.concat([
      h2Frame(1, ends, id, block.subarray(0, at)),
      h2Frame(9, END_HEADERS, id, block.subarray(at)),
    ]);
  }),
  stream.map((id) => h2Frame(2, 0, id, Buffer.alloc(5))),
  fc.tuple(stream, uint32s).map(([id, code]) => h2Frame(3, 0, id, code)),
  fc.array(setting, { maxLength: 3 }).map((settings) => h2Frame(4, 0, 0, Buffer.concat(settings))),
  fc.constant(h2Frame(4, 1, 0)),
  fc.nat(1).map((flags) => h2Frame(6, flags, 0, Buffer.alloc(8, 1))),
  bytes.map((reason) => h2Frame(7, 0, 0, Buffer.concat([Buffer.alloc(8), reason]))),
  fc.tuple(stream, uint32s).map(([id, size]) => h2Frame(8, 0, id, size)),
);
/** Only their heads make sense. */
const disorderly = fc
  .tuple(fc.nat(9), fc.nat(255), fc.oneof(stream, fc.nat(20)), fc.oneof(bytes, head))
  .map(([type, flags, id, payload]) => h2Frame(type, flags, id, payload));

test.each([
  ["in any order", orderly],
  ["of any kind", fc.oneof({ weight: 8, arbitrary: orderly }, { weight: 1, arbitrary: disorderly })],
  ["with any payload", disorderly],
])(
  "frames %s harm no other connection",
  async (_, anyFrame) => {
    const { port, isHealthy } = await started();
    const begin = fc.constantFrom(
      Buffer.alloc(0),
      h2Frame(1, END_HEADERS, 1, callHeaders("/contract.Raw/Chat")),
    );
    await fc.assert(
      fc.asyncProperty(
        begin,
        fc.array(anyFrame, { maxLength: 30, size: "max" }),
        lengths,
        fc.constantFrom("end", "reset", "wait"),
        async (first, frames, places, ending) => {
          const client = await new RawH2(port).connected();
          const whole = Buffer.concat([PREFACE, first, ...frames]);
          // Cut as it is said in the beginning; the rest at once.
          for (const piece of [...cut(whole.subarray(0, 200), places), whole.subarray(200)])
            client.socket.write(piece);
          await client.send(h2Frame(6, 0, 0, Buffer.from("the last")));
          if (ending === "wait") {
            await Promise.race([client.ended(), client.until((received) => received.includes("the last"))]);
          }
          if (ending === "end") {
            client.socket.end();
            await client.ended();
          }
          client.socket.resetAndDestroy();
        },
      ),
      parameters,
    );
    await isHealthy();
  },
  30_000,
);
