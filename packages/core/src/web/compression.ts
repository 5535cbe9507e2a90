import type { CompressionCodec } from "../compression.ts";
import type { ServerOptions } from "../options.ts";
import { joinBytes } from "../wire/bytes.ts";

/**
 * gzip and deflate from the Compression Streams standard, which every fetch runtime has. gRPC's "deflate" is the
 * zlib format, and so is the standard's.
 */
export function webCompression(): readonly CompressionCodec[] {
  return [codec("gzip"), codec("deflate")];
}

/** The options of a user with a platform's codecs where they name none. */
export function withCodecs<Options extends ServerOptions>(
  options: Options,
  defaults: () => readonly CompressionCodec[] = webCompression,
): Options {
  const { compression } = options;
  if (compression === false) return options;
  return { ...options, compression: { ...compression, codecs: compression?.codecs ?? defaults() } };
}

function codec(name: "gzip" | "deflate"): CompressionCodec {
  return {
    name,
    compress: (message) => pipe(message, new CompressionStream(name), Infinity),
    decompress: (message, maxBytes) => pipe(message, new DecompressionStream(name), maxBytes),
  };
}

/** What a byte becomes at the most when it is inflated, about. */
const MAX_GROWTH = 1024;
/** Of what is written at a time: less would not be worth a turn of the event loop. */
const MIN_STEP_BYTES = 1024;
/** Resolves, on workerd, behind all that is under way. Other runtimes take no more than is read. */
const { scheduler } = globalThis as { scheduler?: Partial<WorkerdScheduler> };

interface WorkerdScheduler {
  wait(ms: number): Promise<void>;
}

/** All bytes that come out of a transform, read no further than the limit. */
async function pipe(
  input: Uint8Array,
  transform: CompressionStream | DecompressionStream,
  maxBytes: number,
): Promise<Uint8Array> {
  const reader = transform.readable.getReader();
  const chunks: Uint8Array[] = [];
  let size = 0;
  const feed = async (): Promise<void> => {
    const writer = transform.writable.getWriter();
    // workerd makes all that comes of a write at once, and keeps it: what is written next waits until that was read.
    const step = Math.max(MIN_STEP_BYTES, maxBytes / MAX_GROWTH);
    for (let at = 0, next = 0; at < input.length && size <= maxBytes; at = next) {
      next = at + step;
      await writer.write(input.slice(at, next));
      for (let seen = -1; seen < size && next < input.length; await scheduler?.wait?.(0)) seen = size;
    }
    await writer.close();
  };
  // A failure of the transform shows up at the reader; here it must only not go unhandled.
  const ignore = (): void => {};
  feed().catch(ignore);
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return joinBytes(chunks);
    size += value.length;
    if (size > maxBytes) {
      reader.cancel().catch(ignore);
      throw new RangeError(`more than ${maxBytes} bytes`);
    }
    chunks.push(value);
  }
}
