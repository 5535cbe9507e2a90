import { gunzipSync, gzipSync, inflateSync } from "node:zlib";
import { expect, test } from "vitest";
import type { CompressionCodec } from "../../src/compression.ts";
import type { ServerOptions } from "../../src/options.ts";
import { webCompression, withCodecs } from "../../src/web/compression.ts";
import { bytes } from "../support/bytes.ts";
import { forbidUnhandledRejections } from "../support/hygiene.ts";

forbidUnhandledRejections();

const PEERS: [string, (data: Uint8Array) => Uint8Array][] = [
  ["gzip", (data) => new Uint8Array(gunzipSync(data))],
  ["deflate", (data) => new Uint8Array(inflateSync(data))],
];

function codec(name: string): CompressionCodec {
  const found = webCompression().find((one) => one.name === name);
  if (found === undefined) throw new Error(`no codec ${name}`);
  return found;
}

test("gzip comes before deflate, and there is nothing else", () => {
  expect(webCompression().map(({ name }) => name)).toEqual(["gzip", "deflate"]);
});

test.each(PEERS)("%s: every size comes back, from us and from Node", async (name, decompress) => {
  const { compress, decompress: ours } = codec(name);
  for (const size of [0, 1, 1000, 65_536, 1_000_000]) {
    const message = Uint8Array.from({ length: size }, (_, at) => (at * 31) % 251);
    const packed = await compress(message);
    expect(decompress(packed)).toEqual(message);
    expect(await ours(packed, size)).toEqual(message);
    if (size > 0) await expect(ours(packed, size - 1)).rejects.toBeInstanceOf(RangeError);
  }
});

test("does not change or take away what it is given", async () => {
  const message = bytes(1, 2, 3);
  await codec("gzip").compress(message);
  expect(message).toEqual(bytes(1, 2, 3));
});

test("a view of a larger buffer is read as the view", async () => {
  const view = new Uint8Array([9, 9, 1, 2, 3, 9]).subarray(2, 5);
  expect(new Uint8Array(gunzipSync(await codec("gzip").compress(view)))).toEqual(bytes(1, 2, 3));
});

test.each([
  ["nothing", bytes()],
  ["noise", bytes(1, 2, 3, 4)],
  ["half of it", new Uint8Array(gzipSync("text")).subarray(0, 12)],
])("%s is no gzip, and no RangeError either", async (_, data) => {
  const failed = codec("gzip").decompress(data, 1000);
  await expect(failed).rejects.toThrow();
  await expect(failed).rejects.not.toBeInstanceOf(RangeError);
});

test("options keep what their user said", () => {
  const own = { ...codec("gzip"), name: "x-own" };
  expect(withCodecs({ compression: false })).toEqual({ compression: false });
  expect(withCodecs({ compression: { codecs: [own] } }).compression).toEqual({ codecs: [own] });
  const filled = withCodecs({ maxTimeoutMs: 5, compression: { minBytes: 7 } });
  expect(filled.maxTimeoutMs).toBe(5);
  expect(filled.compression).toMatchObject({ minBytes: 7, codecs: [{ name: "gzip" }, { name: "deflate" }] });
  for (const compression of [undefined, {}, { codecs: undefined }]) {
    expect(withCodecs<ServerOptions>({ compression }).compression).toMatchObject({
      codecs: [{ name: "gzip" }, { name: "deflate" }],
    });
  }
});
