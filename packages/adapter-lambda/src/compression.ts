import zlib from "node:zlib";
import type { CompressionCodec } from "@railhead/core";

/** The best that brotli gives at about gzip's speed; its default of 11 is a hundred times slower. */
const BROTLI_QUALITY = 4;

/**
 * zstd (Node 22.15 and later), gzip, br and deflate, on the thread of the handler. Where a process takes many
 * invocations at a time, AWS's runtime client keeps threads of libuv's pool waiting for the next ones; whatever needs
 * that pool, the Compression Streams included, may stand still until traffic frees a thread. And where it takes one at a
 * time, there is nobody else to keep waiting.
 */
export function lambdaCompression(): readonly CompressionCodec[] {
  const brotli = { params: { [zlib.constants.BROTLI_PARAM_QUALITY]: BROTLI_QUALITY } };
  const codecs = [
    codec("gzip", zlib.gzipSync, zlib.gunzipSync),
    codec("br", (message) => zlib.brotliCompressSync(message, brotli), zlib.brotliDecompressSync),
    codec("deflate", zlib.deflateSync, zlib.inflateSync),
  ];
  if (typeof zlib.zstdCompressSync !== "function") return codecs;
  return [codec("zstd", zlib.zstdCompressSync, zlib.zstdDecompressSync), ...codecs];
}

interface Limits {
  readonly maxOutputLength: number;
  /** Asks for the engine beside what came out, which the types of Node do not know. */
  readonly info: true;
}

interface Output {
  readonly buffer: Uint8Array;
  readonly engine: { readonly bytesWritten: number };
}

function codec(
  name: string,
  compress: (message: Uint8Array) => Uint8Array,
  decompress: (message: Uint8Array, limits: Limits) => Uint8Array,
): CompressionCodec {
  return {
    name,
    compress: (message) => compress(message),
    // Node throws a RangeError (ERR_BUFFER_TOO_LARGE) past the limit, as the contract asks; its least limit is 1.
    decompress(message, maxBytes) {
      const maxOutputLength = Math.min(Math.max(maxBytes, 1), 2 ** 32);
      const output: unknown = decompress(message, { maxOutputLength, info: true });
      const { buffer, engine } = output as Output;
      // It stops at the end of a frame, were it one to be skipped, and drops what follows.
      if (engine.bytesWritten !== message.length) throw new Error("there are bytes behind the end");
      return buffer;
    },
  };
}
