import { joinBytes } from "./bytes.ts";
import { WireFault } from "./fault.ts";

/**
 * Length-prefixed messages: one byte of flags, four bytes of length (big-endian), the message (gRPC over HTTP/2,
 * "Length-Prefixed-Message"; gRPC-Web and Connect streams use the same envelope with flags of their own).
 */

/** Bytes before each message. */
export const FRAME_HEADER_BYTES = 5;
/** Flag: the message is compressed with the stream's encoding. */
export const FLAG_COMPRESSED = 0x01;
/** Flag of gRPC-Web: the frame holds trailers (PROTOCOL-WEB, "Message framing": most significant bit). */
export const FLAG_TRAILERS = 0x80;
/** Flag of Connect: the frame holds the end of the stream (Connect protocol, "Streaming-Request"). */
export const FLAG_END_STREAM = 0x02;

const EMPTY = new Uint8Array(0);
/** The frame that ends a response holds metadata, to which the limit of messages does not apply where it is lower. */
export const MAX_END_BYTES: number = 64 * 1024;
/** A view of bytes costs more than a hundred: so many chunks are joined, large ones among them or not. */
const RUN_LENGTH = 256;

/** One message as it came, possibly compressed. */
export interface Frame {
  readonly flags: number;
  readonly payload: Uint8Array;
}

/** Writes a frame header at `at`; the caller puts the message behind it. */
export function writeFrameHeader(target: Uint8Array, at: number, flags: number, length: number): void {
  target[at] = flags;
  target[at + 1] = length >>> 24;
  target[at + 2] = length >>> 16;
  target[at + 3] = length >>> 8;
  target[at + 4] = length;
}

/** A message in its envelope, which stands apart: whoever writes them knows whether a copy is worth it. */
export function framePieces({ flags, payload }: Frame): readonly Uint8Array[] {
  const header = new Uint8Array(FRAME_HEADER_BYTES);
  writeFrameHeader(header, 0, flags, payload.length);
  return [header, payload];
}

/** A message in its envelope. */
export function encodeFrame(payload: Uint8Array, flags = 0): Uint8Array {
  const frame = new Uint8Array(FRAME_HEADER_BYTES + payload.length);
  writeFrameHeader(frame, 0, flags, payload.length);
  frame.set(payload, FRAME_HEADER_BYTES);
  return frame;
}

/**
 * Reads frames out of bytes cut anywhere. Holds what has arrived and nothing more: no buffer of the announced
 * length is made, and a length over the limit is refused as soon as its five header bytes are there.
 */
export class FrameReader {
  readonly #maxMessageBytes: number;
  readonly #allowedFlags: number;
  readonly #endFlag: number;
  /** The chunk that is read, how much of it has been handed out, and those behind it. */
  #first: Uint8Array = EMPTY;
  #at = 0;
  #rest: Uint8Array[] = [];
  #size = 0;
  /** How many chunks came while others were there. Those of a frame under way were joined up to the last full run. */
  #run = 0;
  /** Flags and length of the frame under way, once its header was read. */
  #flags = -1;
  #length = 0;

  /**
   * @param allowedFlags the flags a peer may set; any other one is malformed
   * @param endFlag the one of them that marks the end of the body instead of a message
   */
  constructor(maxMessageBytes: number, allowedFlags: number = FLAG_COMPRESSED, endFlag = 0) {
    this.#maxMessageBytes = maxMessageBytes;
    this.#allowedFlags = allowedFlags;
    this.#endFlag = endFlag;
  }

  /** Bytes held, a frame header that was read already not counted. */
  get bufferedBytes(): number {
    return this.#size;
  }

  /** True between two frames: everything that was pushed has been handed out. */
  get isEmpty(): boolean {
    return this.#size === 0 && this.#flags < 0;
  }

  push(chunk: Uint8Array): void {
    if (this.#size === 0) {
      this.#first = chunk;
      this.#at = 0;
    } else {
      this.#rest.push(chunk);
      if (++this.#run % RUN_LENGTH === 0) this.#rest.push(joinBytes(this.#rest.splice(-RUN_LENGTH)));
    }
    this.#size += chunk.length;
  }

  /** The next complete frame, or undefined until more bytes come. Throws a WireFault for a bad header. */
  next(): Frame | undefined {
    if (this.#flags < 0 && !this.#readHeader()) return undefined;
    if (this.#size < this.#length) return undefined;
    const frame = { flags: this.#flags, payload: this.take(this.#length) };
    this.#flags = -1;
    return frame;
  }

  /** Call at the end of the body: throws a WireFault when it ended inside a frame. */
  end(): void {
    if (this.isEmpty) return;
    const [what, whole] =
      this.#flags < 0 ? ["message header", FRAME_HEADER_BYTES] : ["message", this.#length];
    throw new WireFault(
      "truncated",
      `the body ends inside a ${what}: ${this.#size} of ${whole} bytes arrived`,
    );
  }

  #readHeader(): boolean {
    if (this.#size < FRAME_HEADER_BYTES) return false;
    this.#gather(FRAME_HEADER_BYTES);
    const flags = this.#first[this.#at] ?? 0;
    const length = readLength(this.#first, this.#at + 1);
    this.#advance(FRAME_HEADER_BYTES);
    if ((flags & ~this.#allowedFlags) !== 0) {
      throw new WireFault("malformed", `unknown message flags 0x${flags.toString(16).padStart(2, "0")}`);
    }
    const isEnd = (flags & this.#endFlag) !== 0;
    const limit = isEnd ? Math.max(this.#maxMessageBytes, MAX_END_BYTES) : this.#maxMessageBytes;
    if (length > limit) throw oversized(length, limit);
    this.#flags = flags;
    this.#length = length;
    return true;
  }

  /** Removes `count` bytes, which are there, without a copy where they lie in one chunk. */
  protected take(count: number): Uint8Array {
    this.#gather(count);
    // Not subarray(), which makes another Buffer of a Buffer.
    const bytes = new Uint8Array(this.#first.buffer, this.#first.byteOffset + this.#at, count);
    this.#advance(count);
    return bytes;
  }

  /**
   * Sees to it that the first chunk has `count` bytes. Where it is too short all chunks are joined, which happens once a
   * frame at most and never before the frame is complete, so that no byte is copied over and over.
   */
  #gather(count: number): void {
    if (this.#first.length - this.#at >= count) return;
    this.#first = joinBytes([this.#first.subarray(this.#at), ...this.#rest]);
    this.#at = 0;
    this.#rest = [];
  }

  #advance(count: number): void {
    this.#size -= count;
    this.#at += count;
    while (this.#at === this.#first.length && this.#rest.length > 0) {
      this.#first = this.#rest.shift() ?? EMPTY;
      this.#at = 0;
    }
  }
}

/** Four bytes, big-endian. */
function readLength(bytes: Uint8Array, at: number): number {
  let length = 0;
  for (let index = at; index < at + 4; index++) length = length * 256 + (bytes[index] ?? 0);
  return length;
}

/** The fault of a message beyond the limit; also used where a decompressed message grows beyond it. */
export function oversized(bytes: number | undefined, maxBytes: number): WireFault {
  const size = bytes === undefined ? "a decompressed message" : `a message of ${bytes} bytes`;
  return new WireFault("oversized", `${size} is larger than the limit of ${maxBytes} bytes`);
}
