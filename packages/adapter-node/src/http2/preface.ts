import { ConnectionFault, ErrorCode } from "./protocol.ts";

/** The first bytes of every client (RFC 9113, section 3.4); no method of HTTP/1.1 starts so. */
export const PREFACE: Buffer = Buffer.from("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");

/** Takes the preface off the beginning of a connection. */
export class PrefaceReader {
  #seen = 0;

  /** @returns what comes behind it. @throws ConnectionFault for other bytes */
  push(chunk: Buffer): Buffer {
    if (this.#seen === PREFACE.length) return chunk;
    const length = Math.min(chunk.length, PREFACE.length - this.#seen);
    if (PREFACE.compare(chunk, 0, length, this.#seen, this.#seen + length) !== 0) {
      throw new ConnectionFault(ErrorCode.PROTOCOL_ERROR, "no HTTP/2");
    }
    this.#seen += length;
    return chunk.subarray(length);
  }
}
