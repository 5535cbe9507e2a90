import { ConnectionFault, ErrorCode, Flag } from "./protocol.ts";

/** The DATA frame that is under way on a connection (RFC 9113, section 6.1). */
export class DataFrame {
  #flags = 0;
  #length = 0;
  /** Content that is still to come; unknown until the length of the padding is there. */
  #contentLeft = 0;
  #knowsPadding = true;

  begin(flags: number, length: number): void {
    this.#flags = flags;
    this.#length = length;
    this.#contentLeft = length;
    this.#knowsPadding = (flags & Flag.PADDED) === 0;
  }

  get endsStream(): boolean {
    return (this.#flags & Flag.END_STREAM) !== 0;
  }

  /** Takes bytes of the payload. @returns what of them is content: the rest is padding */
  contentOf(bytes: Buffer): Buffer {
    let from = 0;
    if (!this.#knowsPadding) {
      this.#knowsPadding = true;
      this.#contentLeft = this.#length - 1 - (bytes[0] as number);
      from = 1;
      if (this.#contentLeft < 0) {
        throw new ConnectionFault(ErrorCode.PROTOCOL_ERROR, "padding beyond its frame");
      }
    }
    const to = Math.min(from + this.#contentLeft, bytes.length);
    this.#contentLeft -= to - from;
    return from === 0 && to === bytes.length ? bytes : bytes.subarray(from, to);
  }
}
