import type { CompressionCodec } from "./compression.ts";
import { joinBytes } from "./wire/bytes.ts";

/** The part of `node:zlib` that {@link zlibCompression} uses. */
export interface Zlib {
  readonly constants: { readonly BROTLI_PARAM_QUALITY: number };
  gzipSync(message: Uint8Array): Uint8Array;
  createGunzip(): ZlibStream;
  deflateSync(message: Uint8Array): Uint8Array;
  createInflate(): ZlibStream;
  brotliCompressSync(message: Uint8Array, options: { params: Record<number, number> }): Uint8Array;
  createBrotliDecompress(): ZlibStream;
  /** Node 22.15 and later. */
  zstdCompressSync?(message: Uint8Array): Uint8Array;
  createZstdDecompress?(): ZlibStream;
}

/** The part of Node's streams that {@link zlibCompression} uses. */
export interface ZlibStream {
  /** What it has read of what was written. */
  readonly bytesWritten: number;
  on(event: "data", listener: (chunk: Uint8Array) => void): unknown;
  on(event: "error", listener: (error: Error) => void): unknown;
  on(event: "end", listener: () => void): unknown;
  end(bytes: Uint8Array): unknown;
  destroy(): unknown;
}

/** The best that brotli gives at about gzip's speed; its default of 11 is a hundred times slower. */
const BROTLI_QUALITY = 4;

/**
 * zstd (where there is one), gzip, br and deflate from a `node:zlib`, for runtimes beside Node that have the module,
 * such as Workers: `import zlib from "node:zlib"`.
 */
export function zlibCompression(zlib: Zlib): readonly CompressionCodec[] {
  const brotli = { params: { [zlib.constants.BROTLI_PARAM_QUALITY]: BROTLI_QUALITY } };
  const codecs = [
    codec("gzip", zlib.gzipSync, zlib.createGunzip),
    codec("br", (message) => zlib.brotliCompressSync(message, brotli), zlib.createBrotliDecompress),
    codec("deflate", zlib.deflateSync, zlib.createInflate),
  ];
  const { zstdCompressSync, createZstdDecompress } = zlib;
  if (zstdCompressSync === undefined || createZstdDecompress === undefined) return codecs;
  return [codec("zstd", zstdCompressSync, createZstdDecompress), ...codecs];
}

function codec(
  name: string,
  compress: (message: Uint8Array) => Uint8Array,
  open: () => ZlibStream,
): CompressionCodec {
  return {
    name,
    compress: (message) => compress(message),
    decompress: (message, maxBytes) => inflate(open(), message, maxBytes),
  };
}

/**
 * By stream, because the functions for whole messages are not right in workerd: their `maxOutputLength` refuses output
 * that is up to 40 KiB shorter, and zstd fails where the output is a multiple of 40 KiB.
 */
function inflate(stream: ZlibStream, message: Uint8Array, maxBytes: number): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    const chunks: Uint8Array[] = [];
    let size = 0;
    stream.on("data", (chunk) => {
      size += chunk.length;
      chunks.push(chunk);
      if (size <= maxBytes) return;
      reject(new RangeError(`more than ${maxBytes} bytes`));
      stream.destroy();
    });
    stream.on("error", reject);
    stream.on("end", () => {
      // It stops at the end of a frame, were it one to be skipped, and drops what follows.
      if (stream.bytesWritten === message.length) resolve(joinBytes(chunks));
      else reject(new Error("there are bytes behind the end"));
    });
    stream.end(message);
  });
}
