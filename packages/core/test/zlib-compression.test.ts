import zlib from "node:zlib";
import { expect, test, vi } from "vitest";
import { zlibCompression } from "../src/zlib-compression.ts";
import { bytes, concat } from "./support/bytes.ts";

/** Each with the other side of it, as a peer would have it. */
const PEERS: [string, (data: Uint8Array) => Uint8Array][] = [
  ["zstd", (data) => zlib.zstdDecompressSync(data)],
  ["gzip", (data) => zlib.gunzipSync(data)],
  ["br", (data) => zlib.brotliDecompressSync(data)],
  ["deflate", (data) => zlib.inflateSync(data)],
];

function codec(name: string) {
  const found = zlibCompression(zlib).find((one) => one.name === name);
  if (found === undefined) throw new Error(`no codec ${name}`);
  return found;
}

test("the best comes first", () => {
  expect(zlibCompression(zlib).map(({ name }) => name)).toEqual(PEERS.map(([name]) => name));
});

test("an older zlib has no zstd", () => {
  const { zstdCompressSync: _, ...older } = zlib;
  expect(zlibCompression(older).map(({ name }) => name)).toEqual(["gzip", "br", "deflate"]);
});

test.each(PEERS)("%s: every size comes back, and nothing beyond the limit", async (name, peer) => {
  const { compress, decompress } = codec(name);
  for (const size of [0, 1, 1000, 65_536, 1_000_000]) {
    const message = Uint8Array.from({ length: size }, (_, at) => (at * 31) % 251);
    const packed = await compress(message);
    expect(new Uint8Array(peer(packed))).toEqual(message);
    expect(new Uint8Array(await decompress(packed, size))).toEqual(message);
    if (size > 0) await expect(decompress(packed, size - 1)).rejects.toBeInstanceOf(RangeError);
  }
});

test.each(PEERS)("%s: bytes behind the message are not dropped", async (name) => {
  const { compress, decompress } = codec(name);
  const message = await compress(bytes(1, 2, 3));
  // RFC 8878, section 3.1.2: a frame to be skipped, here of one byte.
  const skipped = bytes(0x50, 0x2a, 0x4d, 0x18, 1, 0, 0, 0, 7);
  for (const more of [[message, bytes(7)], name === "zstd" ? [skipped, message] : [message, skipped]]) {
    await expect(decompress(concat(...more), 1000)).rejects.toThrow();
  }
});

test.each(PEERS)("%s: neither noise nor half a message is a RangeError", async (name) => {
  const { compress, decompress } = codec(name);
  const half = (await compress(new Uint8Array(1000))).slice(0, -4);
  for (const message of [bytes(1, 2, 3, 4), half]) {
    const failed = decompress(message, 1000);
    await expect(failed).rejects.toThrow();
    await expect(failed).rejects.not.toBeInstanceOf(RangeError);
  }
});

test("br does not take its default quality, which is far slower", async () => {
  const brotliCompressSync = vi.fn(zlib.brotliCompressSync);
  await zlibCompression({ ...zlib, brotliCompressSync })
    .find(({ name }) => name === "br")
    ?.compress(bytes(1));
  const params = { [zlib.constants.BROTLI_PARAM_QUALITY]: 4 };
  expect(brotliCompressSync).toHaveBeenCalledExactlyOnceWith(bytes(1), { params });
});

test("a bomb is not unpacked beyond the limit", async () => {
  const streams: zlib.Gunzip[] = [];
  const createGunzip = () => {
    const stream = zlib.createGunzip();
    streams.push(stream);
    return stream;
  };
  const gunzip = zlibCompression({ ...zlib, createGunzip }).find(({ name }) => name === "gzip")?.decompress;
  const bomb = zlib.gzipSync(new Uint8Array(10_000_000));
  await expect(gunzip?.(bomb, 1000)).rejects.toBeInstanceOf(RangeError);
  expect(streams.map(({ destroyed }) => destroyed)).toEqual([true]);
});
