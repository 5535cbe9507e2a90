import { describe, expect, test } from "vitest";
import {
  type EncodableMessage,
  type FrameDecoderOptions,
  frameDecoderStream,
  frameEncoderStream,
  type StreamMessage,
} from "../../src/web/frame-streams.ts";
import { bytes, concat, everyCut, frame, frameHeader, utf8 } from "../support/bytes.ts";
import { forbidEndlessLoops, forbidUnhandledRejections, settle } from "../support/hygiene.ts";

forbidUnhandledRejections();
forbidEndlessLoops();

function streamOf<T>(...chunks: T[]): ReadableStream<T> {
  return new ReadableStream({
    start(controller) {
      for (const chunk of chunks) controller.enqueue(chunk);
      controller.close();
    },
  });
}

function decode(chunks: Uint8Array[], options?: FrameDecoderOptions): Promise<StreamMessage[]> {
  return Array.fromAsync(streamOf(...chunks).pipeThrough(frameDecoderStream(options)));
}

function encode(...messages: EncodableMessage[]): Promise<Uint8Array[]> {
  return Array.fromAsync(streamOf(...messages).pipeThrough(frameEncoderStream()));
}

/** [frame, message] */
const VECTORS: [Uint8Array, StreamMessage][] = [
  [frame(bytes()), { payload: bytes(), compressed: false, trailers: false }],
  [frame(bytes(1, 2)), { payload: bytes(1, 2), compressed: false, trailers: false }],
  [frame(bytes(3), 1), { payload: bytes(3), compressed: true, trailers: false }],
  [
    frame(utf8("grpc-status:0\r\n"), 0x80),
    { payload: utf8("grpc-status:0\r\n"), compressed: false, trailers: true },
  ],
  [frame(bytes(4), 0x81), { payload: bytes(4), compressed: true, trailers: true }],
];
const wire = concat(...VECTORS.map(([encoded]) => encoded));
const messages = VECTORS.map(([, message]) => message);

test("messages become frames, one chunk each", async () => {
  expect(await encode(...messages)).toEqual(VECTORS.map(([encoded]) => encoded));
});

test("frames become messages, however they are cut", async () => {
  for (const chunks of everyCut(wire)) expect(await decode(chunks)).toEqual(messages);
});

test("what is encoded is decoded to the same", async () => {
  const through = streamOf<EncodableMessage>(...messages)
    .pipeThrough(frameEncoderStream())
    .pipeThrough(frameDecoderStream());
  expect(await Array.fromAsync(through)).toEqual(messages);
});

test("bytes alone are a plain message", async () => {
  expect(await encode(bytes(1, 2), { payload: bytes(3) })).toEqual([frame(bytes(1, 2)), frame(bytes(3))]);
});

test("nothing is nothing", async () => {
  expect(await decode([])).toEqual([]);
  expect(await decode([bytes(), bytes()])).toEqual([]);
  expect(await encode()).toEqual([]);
});

describe("the decoder fails for", () => {
  test.each([
    ["an end inside a header", bytes(0, 0), "the body ends inside a message header: 2 of 5 bytes arrived"],
    [
      "an end inside a message",
      concat(frameHeader(2), bytes(1)),
      "the body ends inside a message: 1 of 2 bytes arrived",
    ],
    ["flags nobody knows", frame(bytes(1), 4), "unknown message flags 0x04"],
    [
      "a message over the limit",
      frameHeader(101),
      "a message of 101 bytes is larger than the limit of 100 bytes",
    ],
  ])("%s, behind the messages that were good", async (_, rest, message) => {
    for (const chunks of everyCut(concat(frame(bytes(7)), rest))) {
      const good: number[] = [];
      const read = async (): Promise<void> => {
        const stream = streamOf(...chunks).pipeThrough(frameDecoderStream({ maxMessageBytes: 100 }));
        for await (const { payload } of stream) good.push(...payload);
      };
      await expect(read()).rejects.toThrow(message);
      // A chunk that breaks the stream may take what came with it along.
      expect(good.length).toBeLessThanOrEqual(1);
    }
  });
});

test("the decoder's limit is 4 MiB by default and may be any number", async () => {
  await expect(decode([frameHeader(4 * 1024 * 1024 + 1)])).rejects.toThrow(
    "larger than the limit of 4194304 bytes",
  );
  expect(await decode([frame(new Uint8Array(4 * 1024 * 1024))])).toHaveLength(1);
  expect(await decode([frame(new Uint8Array(10))], { maxMessageBytes: 10 })).toHaveLength(1);
  await expect(decode([frame(new Uint8Array(11))], { maxMessageBytes: 10 })).rejects.toThrow(
    "limit of 10 bytes",
  );
});

test("the encoder has a limit where it is given one", async () => {
  const limited = (size: number): Promise<Uint8Array[]> =>
    Array.fromAsync(streamOf(new Uint8Array(size)).pipeThrough(frameEncoderStream({ maxMessageBytes: 10 })));
  expect(await limited(10)).toHaveLength(1);
  await expect(limited(11)).rejects.toThrow("a message of 11 bytes is larger than the limit of 10 bytes");
  expect((await encode(new Uint8Array(5_000_000)))[0]).toHaveLength(5_000_005);
});

test("a reader that waits makes the source wait", async () => {
  let pulled = 0;
  const source = new ReadableStream<Uint8Array>(
    {
      pull(controller) {
        pulled++;
        controller.enqueue(frame(bytes(1)));
      },
    },
    { highWaterMark: 0 },
  );
  const reader = source.pipeThrough(frameDecoderStream()).getReader();
  await reader.read();
  await settle();
  expect(pulled).toBeLessThan(5);
  await reader.cancel();
});
