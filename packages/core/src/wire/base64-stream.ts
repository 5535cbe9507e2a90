import { decodeBase64 } from "./base64.ts";
import { WireFault } from "./fault.ts";

const NOT_BASE64 = "the body is not base64";

/**
 * Decodes the body of gRPC-Web text as it arrives: base64 cut anywhere, and padded wherever the sender flushed
 * (PROTOCOL-WEB, "Message framing": the body may be a concatenation of base64 segments, each with its padding).
 */
export class Base64StreamDecoder {
  /** Up to three characters of an unfinished group of four. */
  #rest = "";
  readonly #text = new TextDecoder("utf-8", { ignoreBOM: true });

  /**
   * The bytes of all groups that are complete; one with padding ends a segment. A sender may pad each: all share an array,
   * for one each would take a hundred times their bytes. Throws a WireFault for anything that is not base64.
   */
  decode(chunk: Uint8Array): Uint8Array {
    const text = this.#rest + this.#text.decode(chunk);
    const usable = text.length - (text.length % 4);
    this.#rest = text.slice(usable);
    const bytes = new Uint8Array(usable);
    let size = 0;
    for (const [segment] of text.slice(0, usable).matchAll(/[^=]*=*/g)) {
      const part = decodeBase64(segment);
      if (!part) throw new WireFault("malformed", NOT_BASE64);
      bytes.set(part, size);
      size += part.length;
    }
    return bytes.subarray(0, size);
  }

  /** Throws a WireFault when the body ended inside a group. */
  end(): void {
    if (this.#rest) throw new WireFault("truncated", NOT_BASE64);
  }
}
