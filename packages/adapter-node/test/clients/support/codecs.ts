import { nodeCompression } from "@railhead/adapter-node";
import type { CompressionCodec } from "@railhead/core";

/** What was really compressed, which clients hide: the names of the codecs, message by message. */
export interface CodecLog {
  readonly codecs: readonly CompressionCodec[];
  readonly compressed: readonly string[];
  readonly decompressed: readonly string[];
}

/** @param names which of Node's codecs to offer */
export function logCodecs(...names: readonly string[]): CodecLog {
  const compressed: string[] = [];
  const decompressed: string[] = [];
  const codecs = nodeCompression()
    .filter(({ name }) => names.includes(name))
    .map((codec) => ({
      name: codec.name,
      compress(message: Uint8Array) {
        compressed.push(codec.name);
        return codec.compress(message);
      },
      decompress(message: Uint8Array, maxBytes: number) {
        decompressed.push(codec.name);
        return codec.decompress(message, maxBytes);
      },
    }));
  return { codecs, compressed, decompressed };
}
