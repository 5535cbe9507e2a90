import { decodeBase64 } from "./base64.ts";
import { joinBytes } from "./bytes.ts";
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

  /** The bytes of all groups that are complete. Throws a WireFault for anything that is not base64. */
  decode(chunk: Uint8Array): Uint8Array {
    const text = this.#rest + this.#text.decode(chunk);
    const usable = text.length - (text.length % 4);
    this.#rest = text.slice(usable);
    return decodeSegments(text.slice(0, usable));
  }

  /** Throws a WireFault when the body ended inside a group. */
  end(): void {
    if (this.#rest) throw new WireFault("truncated", NOT_BASE64);
  }
}

/** Whole groups of four; a group with padding ends a segment. */
function decodeSegments(text: string): Uint8Array {
  const segments = text.match(/[^=]*=*/g) ?? [];
  return joinBytes(
    segments.map((segment) => {
      const bytes = decodeBase64(segment);
      if (!bytes) throw new WireFault("malformed", NOT_BASE64);
      return bytes;
    }),
  );
}
