import type { ReadonlyMetadata } from "../metadata.ts";
import { FLAG_COMPRESSED, type Frame, FrameReader } from "../wire/frame.ts";
import type { CallEnd, ClientResponse } from "./client-protocol.ts";

/** What the responses of gRPC-Web and of Connect's streams have in common: frames, the last of which is the end. */
export abstract class FramedResponse implements ClientResponse {
  readonly encoding: string | undefined;
  readonly mayBeDecoded = false;
  readonly #reader: FrameReader;
  readonly #endFlag: number;

  constructor(maxMessageBytes: number, encoding: string | undefined, endFlag: number) {
    this.encoding = encoding;
    this.#reader = new FrameReader(maxMessageBytes, FLAG_COMPRESSED | endFlag, endFlag);
    this.#endFlag = endFlag;
  }

  abstract readonly metadata: ReadonlyMetadata | undefined;
  abstract decodeEnd(payload: Uint8Array | undefined): CallEnd;

  push(chunk: Uint8Array): void {
    this.#reader.push(chunk);
  }

  close(): void {
    this.#reader.end();
  }

  next(): Frame | undefined {
    return this.#reader.next();
  }

  isEnd(frame: Frame): boolean {
    return (frame.flags & this.#endFlag) !== 0;
  }
}
