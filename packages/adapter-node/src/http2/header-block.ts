import { ConnectionFault, ErrorCode, Flag } from "./protocol.ts";

/** A frame that opens a block counts for as much, however short it is: empty ones cost their sender nothing. */
const LEAST_FRAGMENT_BYTES = 128;

/** The header block that is under way on a connection: HEADERS and the CONTINUATION frames behind (RFC 9113, section 4.3). */
export class HeaderBlock {
  readonly #maxBytes: number;
  #fragments: Buffer[] = [];
  #bytes = 0;
  /** 0: none is under way. */
  stream = 0;
  endsStream = false;

  /** @param maxBytes of a block, as it comes: more cannot be skipped, for later blocks build on it */
  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /** HEADERS. @returns the block, if that was all of it */
  begin(flags: number, stream: number, payload: Buffer): Buffer | undefined {
    this.stream = stream;
    this.endsStream = (flags & Flag.END_STREAM) !== 0;
    return this.#add(flags, withoutPadding(flags, payload));
  }

  /** CONTINUATION. @returns the block, if it is complete */
  continue(flags: number, payload: Buffer): Buffer | undefined {
    if (this.stream === 0) {
      throw new ConnectionFault(ErrorCode.PROTOCOL_ERROR, "CONTINUATION without HEADERS");
    }
    return this.#add(flags, payload);
  }

  /** @throws ConnectionFault when another frame comes in between (section 6.2) */
  checkNext(isContinuation: boolean, stream: number): void {
    if (this.stream === 0 || (isContinuation && stream === this.stream)) return;
    throw new ConnectionFault(ErrorCode.PROTOCOL_ERROR, "a frame within a header block");
  }

  #add(flags: number, fragment: Buffer): Buffer | undefined {
    const isLast = (flags & Flag.END_HEADERS) !== 0;
    if (isLast && this.#fragments.length === 0) {
      this.stream = 0;
      return fragment;
    }
    this.#bytes += Math.max(fragment.length, LEAST_FRAGMENT_BYTES);
    if (this.#bytes > this.#maxBytes) {
      throw new ConnectionFault(ErrorCode.ENHANCE_YOUR_CALM, "a header block that is too large");
    }
    // A copy: the fragment is part of what was read.
    this.#fragments.push(Buffer.from(fragment));
    if (!isLast) return undefined;
    const block = Buffer.concat(this.#fragments);
    this.#fragments = [];
    this.#bytes = 0;
    this.stream = 0;
    return block;
  }
}

/** What is in a HEADERS frame beside padding and priority (section 6.2). */
function withoutPadding(flags: number, payload: Buffer): Buffer {
  let from = 0;
  let to = payload.length;
  if ((flags & Flag.PADDED) !== 0) {
    from = 1;
    to -= payload[0] ?? 0;
  }
  if ((flags & Flag.PRIORITY) !== 0) from += 5;
  if (from > to) throw new ConnectionFault(ErrorCode.PROTOCOL_ERROR, "padding beyond its frame");
  return payload.subarray(from, to);
}
