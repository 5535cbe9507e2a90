/** As much as most frames have. */
const BLOCK_BYTES = 16 * 1024;

/**
 * What a client has sent while its call takes nothing: copied into blocks, for views would keep whole reads of the socket,
 * and a client may send its bytes one by one.
 */
export class HeldBytes {
  readonly #blocks: Buffer[] = [];
  /** How much of the last block is used. */
  #used = 0;
  length = 0;

  push(bytes: Buffer): void {
    this.length += bytes.length;
    let at = 0;
    while (at < bytes.length) {
      let block = this.#blocks.at(-1);
      if (block === undefined || this.#used === block.length) {
        block = Buffer.allocUnsafeSlow(BLOCK_BYTES);
        this.#blocks.push(block);
        this.#used = 0;
      }
      const copied = bytes.copy(block, this.#used, at);
      this.#used += copied;
      at += copied;
    }
  }

  /** Takes out the oldest block. */
  shift(): Buffer | undefined {
    const isLast = this.#blocks.length === 1;
    const block = this.#blocks.shift();
    if (block === undefined) return undefined;
    const bytes = isLast ? block.subarray(0, this.#used) : block;
    if (isLast) this.#used = 0;
    this.length -= bytes.length;
    return bytes;
  }
}
