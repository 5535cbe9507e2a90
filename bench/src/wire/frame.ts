import { gunzipSync } from "node:zlib";

/** Messages in their envelopes: a byte of flags, four bytes of length, the message. */

const PREFIX_BYTES = 5;
const COMPRESSED = 0x01;
const TRAILERS = 0x80;

export function frame(message: Uint8Array, flags = 0): Buffer {
  const out = Buffer.allocUnsafe(PREFIX_BYTES + message.length);
  out[0] = flags;
  out.writeUInt32BE(message.length, 1);
  out.set(message, PREFIX_BYTES);
  return out;
}

/** A message that is gzip already. */
export function frameCompressed(message: Uint8Array): Buffer {
  return frame(message, COMPRESSED);
}

export interface Frames {
  /** The messages, decompressed. */
  readonly messages: readonly Uint8Array[];
  /** Whether all of them came as gzip. */
  readonly areCompressed: boolean;
  /** gRPC-Web's last frame; "" when there is none. */
  readonly trailers: string;
}

/** @throws RangeError when the bytes end within a frame */
export function readFrames(body: Buffer): Frames {
  const messages: Uint8Array[] = [];
  let areCompressed = true;
  for (let at = 0; at < body.length; ) {
    const flags = body.readUInt8(at);
    const end = at + PREFIX_BYTES + body.readUInt32BE(at + 1);
    if (end > body.length) throw new RangeError("the body ends within a frame");
    const content = body.subarray(at + PREFIX_BYTES, end);
    if ((flags & TRAILERS) !== 0) return { messages, areCompressed, trailers: content.toString("latin1") };
    const isCompressed = (flags & COMPRESSED) !== 0;
    areCompressed &&= isCompressed;
    messages.push(isCompressed ? gunzipSync(content) : content);
    at = end;
  }
  return { messages, areCompressed, trailers: "" };
}
