import zlib from "node:zlib";
import { nodeCompression } from "@railhead/adapter-node";
import { afterEach, expect, test, vi } from "vitest";

afterEach(() => void vi.restoreAllMocks());

/** RFC 8878, section 3.1.2: a frame to be skipped, here of one byte. */
const SKIPPED = Uint8Array.of(0x50, 0x2a, 0x4d, 0x18, 1, 0, 0, 0, 7);

test.each(nodeCompression())("$name: bytes behind the message are not dropped", async (codec) => {
  const message = await codec.compress(Uint8Array.of(1, 2, 3));
  expect(new Uint8Array(await codec.decompress(message, 3))).toEqual(Uint8Array.of(1, 2, 3));
  const skippedAt = codec.name === "zstd" ? [SKIPPED, message] : [message, SKIPPED];
  for (const parts of [[message, Uint8Array.of(7)], skippedAt]) {
    await expect(codec.decompress(Buffer.concat(parts), 1000)).rejects.toThrow();
  }
});

test("a few messages are decompressed at a time, whatever comes", async () => {
  const { gunzip } = zlib;
  let underWay = 0;
  let most = 0;
  vi.spyOn(zlib, "gunzip").mockImplementation(((
    message: Buffer,
    options: zlib.ZlibOptions,
    done: zlib.CompressCallback,
  ) => {
    most = Math.max(most, ++underWay);
    gunzip(message, options, (error, output) => {
      underWay--;
      done(error, output);
    });
  }) as typeof zlib.gunzip);
  const gzip = nodeCompression().find(({ name }) => name === "gzip");
  const message = zlib.gzipSync(Buffer.alloc(1000));
  const broken = Buffer.alloc(10);
  const all = Array.from({ length: 200 }, async (_, at) =>
    gzip?.decompress(at % 2 === 0 ? message : broken, 1000),
  );
  const outcomes = await Promise.allSettled(all);
  expect(outcomes.filter(({ status }) => status === "fulfilled")).toHaveLength(100);
  expect(most).toBe(16);
});
