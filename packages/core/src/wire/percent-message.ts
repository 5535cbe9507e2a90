/**
 * The value of `grpc-message`: UTF-8, percent-encoded outside printable ASCII (gRPC over HTTP/2, "Responses",
 * Status-Message).
 */

const UNSAFE = /[^\x20-\x24\x26-\x7e]/;
const encoder = new TextEncoder();

/** Any text to a header value. Lone surrogates become U+FFFD. */
export function formatStatusMessage(message: string): string {
  if (!UNSAFE.test(message)) return message;
  let out = "";
  for (const byte of encoder.encode(message)) {
    const plain = byte >= 0x20 && byte <= 0x7e && byte !== 0x25;
    out += plain ? String.fromCharCode(byte) : `%${byte.toString(16).toUpperCase().padStart(2, "0")}`;
  }
  return out;
}
