import { nodeCompression } from "@railhead/adapter-node";
import { expect, test } from "vitest";

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
