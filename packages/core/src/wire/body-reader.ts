import { WireFault } from "./fault.ts";
import { FLAG_COMPRESSED, type Frame, FrameReader } from "./frame.ts";

/** Reads a body that is one message without a frame, as unary calls of Connect have it. */
export class BodyReader extends FrameReader {
  readonly #maxMessageBytes: number;
  readonly #flags: number;
  #isComplete = false;

  constructor(maxMessageBytes: number, isCompressed: boolean) {
    super(maxMessageBytes);
    this.#maxMessageBytes = maxMessageBytes;
    this.#flags = isCompressed ? FLAG_COMPRESSED : 0;
  }

  /** Throws a WireFault as soon as the message is too long. */
  override push(chunk: Uint8Array): void {
    super.push(chunk);
    if (this.bufferedBytes > this.#maxMessageBytes) {
      throw new WireFault(
        "oversized",
        `a message is larger than the limit of ${this.#maxMessageBytes} bytes`,
      );
    }
  }

  override next(): Frame | undefined {
    if (!this.#isComplete) return undefined;
    this.#isComplete = false;
    return { flags: this.#flags, payload: this.take(this.bufferedBytes) };
  }

  override end(): void {
    this.#isComplete = true;
  }
}
