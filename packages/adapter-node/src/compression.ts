import { promisify } from "node:util";
import zlib from "node:zlib";
import type { CompressionCodec } from "@railhead/core";
import { Turns } from "./turns.ts";

/** The best that brotli gives at about gzip's speed; its default of 11 is a hundred times slower. */
const BROTLI_QUALITY = 4;

/**
 * Messages that are decompressed at a time: each may become as large as the limit allows out of a hundred bytes, and calls
 * that were cancelled make room for the next ones before that is done. Several for each of Node's four threads.
 */
const turns = new Turns(16);

/** zstd (Node 22.15 and later), gzip, br and deflate, on Node's thread pool; the fastest for what it saves first. */
export function nodeCompression(): readonly CompressionCodec[] {
  const brotli = { params: { [zlib.constants.BROTLI_PARAM_QUALITY]: BROTLI_QUALITY } };
  const codecs = [
    codec("gzip", promisify<Input, Buffer>(zlib.gzip), promisify<Input, Limits, Buffer>(zlib.gunzip)),
    codec(
      "br",
      (message) => promisify<Input, typeof brotli, Buffer>(zlib.brotliCompress)(message, brotli),
      promisify<Input, Limits, Buffer>(zlib.brotliDecompress),
    ),
    codec("deflate", promisify<Input, Buffer>(zlib.deflate), promisify<Input, Limits, Buffer>(zlib.inflate)),
  ];
  if (typeof zlib.zstdCompress !== "function") return codecs;
  const zstd = codec(
    "zstd",
    promisify<Input, Buffer>(zlib.zstdCompress),
    promisify<Input, Limits, Buffer>(zlib.zstdDecompress),
  );
  return [zstd, ...codecs];
}

type Input = Uint8Array;
interface Limits {
  readonly maxOutputLength: number;
  /** Asks for the engine beside what came out, which the types of Node do not know. */
  readonly info: true;
}

interface Output {
  readonly buffer: Buffer;
  readonly engine: { readonly bytesWritten: number };
}

function codec(
  name: string,
  compress: (message: Input) => Promise<Buffer>,
  decompress: (message: Input, limits: Limits) => Promise<Buffer>,
): CompressionCodec {
  return {
    name,
    compress,
    // Node throws a RangeError (ERR_BUFFER_TOO_LARGE) past the limit, as the contract asks; its least limit is 1.
    async decompress(message, maxBytes, isWanted = () => true) {
      const maxOutputLength = Math.min(Math.max(maxBytes, 1), 2 ** 32);
      const output: unknown = await turns.take(
        () => decompress(message, { maxOutputLength, info: true }),
        isWanted,
      );
      const { buffer, engine } = output as Output;
      // It stops at the end of a frame, were it one to be skipped, and drops what follows.
      if (engine.bytesWritten !== message.length) throw new Error("there are bytes behind the end");
      return buffer;
    },
  };
}
