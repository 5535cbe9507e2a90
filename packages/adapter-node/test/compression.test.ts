import zlib from "node:zlib";
import { nodeCompression } from "@railhead/adapter-node";
import { afterEach, expect, test, vi } from "vitest";

afterEach(() => void vi.restoreAllMocks());

/** RFC 8878, section 3.1.2: a frame to be skipped, here of one byte. */
const SKIPPED = Uint8Array.of(0x50, 0x2a, 0x4d, 0x18, 1, 0, 0, 0, 7);

test.each(nodeCompression())("$name: bytes behind the message are not dropped", async (codec) => {
  const message = await codec.compress(Uint8Array.of(1, 2, 3));
  expect(new Uint8Array(await codec.decompress(message, 3))).toEqual(Uint8Array.of(1, 2, 3));
  for (const rest of [Uint8Array.of(7), Uint8Array.of(7, ...SKIPPED)]) {
    await expect(codec.decompress(Buffer.concat([message, rest]), 1000)).rejects.toThrow();
  }
});

const zstd = nodeCompression().find(({ name }) => name === "zstd");

test("zstd: a message behind a frame to be skipped is not lost, though it may be refused", async () => {
  const message = (await zstd?.compress(Uint8Array.of(1, 2, 3))) ?? SKIPPED;
  // Node reads one frame, from version 26 on all of them.
  const outcome = await Promise.resolve(zstd?.decompress(Buffer.concat([SKIPPED, message]), 1000)).then(
    (plain) => [...(plain ?? [])],
    () => "refused",
  );
  expect([[1, 2, 3], "refused"]).toContainEqual(outcome);
});

/** What Node's gunzip gets, in order, and how much at a time at the most. */
function watchGunzip(): { most: number; begun: Uint8Array[] } {
  const { gunzip } = zlib;
  const seen = { most: 0, begun: [] as Uint8Array[] };
  let underWay = 0;
  vi.spyOn(zlib, "gunzip").mockImplementation(((
    message: Buffer,
    options: zlib.ZlibOptions,
    done: zlib.CompressCallback,
  ) => {
    seen.most = Math.max(seen.most, ++underWay);
    seen.begun.push(message);
    gunzip(message, options, (error, output) => {
      underWay--;
      done(error, output);
    });
  }) as typeof zlib.gunzip);
  return seen;
}

test("a few messages are decompressed at a time, whatever comes", async () => {
  const seen = watchGunzip();
  const gzip = nodeCompression().find(({ name }) => name === "gzip");
  const message = zlib.gzipSync(Buffer.alloc(1000));
  const broken = Buffer.alloc(10);
  const all = Array.from({ length: 200 }, async (_, at) =>
    gzip?.decompress(at % 2 === 0 ? message : broken, 1000),
  );
  const outcomes = await Promise.allSettled(all);
  expect(outcomes.filter(({ status }) => status === "fulfilled")).toHaveLength(100);
  expect(seen.most).toBe(16);
});

test("messages wait in the order they came, and those of calls that are over are left out", async () => {
  const seen = watchGunzip();
  const gzip = nodeCompression().find(({ name }) => name === "gzip");
  const messages = Array.from({ length: 100 }, () => zlib.gzipSync(Buffer.alloc(1000)));
  const all = messages.map(async (message, at) => gzip?.decompress(message, 1000, () => at % 10 === 0));
  await Promise.allSettled(all);
  // Sixteen began at once, when nobody was asked yet.
  const waited = seen.begun.slice(16).map((message) => messages.indexOf(message as Buffer<ArrayBuffer>));
  expect(waited).toEqual([20, 30, 40, 50, 60, 70, 80, 90]);
});
