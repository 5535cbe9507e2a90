/**
 * The value of `grpc-message`: UTF-8, percent-encoded outside printable ASCII (gRPC over HTTP/2, "Responses",
 * Status-Message).
 */

/** Spaces at either end are lost on the way: HTTP strips them from field values. */
const UNSAFE = /[^\x20-\x24\x26-\x7e]|^ | $/;
const encoder = new TextEncoder();

/** Any text to a header value. Lone surrogates become U+FFFD. */
export function formatStatusMessage(message: string): string {
  if (!UNSAFE.test(message)) return message;
  const bytes = encoder.encode(message);
  let out = "";
  for (const [at, byte] of bytes.entries()) {
    const isEnd = at === 0 || at === bytes.length - 1;
    const isPlain = byte > 0x20 && byte <= 0x7e && byte !== 0x25;
    if (isPlain || (byte === 0x20 && !isEnd)) out += String.fromCharCode(byte);
    else out += `%${byte.toString(16).toUpperCase().padStart(2, "0")}`;
  }
  return out;
}

/** A header value to text. What is not percent-encoded UTF-8 stays as it came: a message is never thrown away. */
export function parseStatusMessage(value: string): string {
  try {
    return decodeURIComponent(value);
  } catch {
    return value;
  }
}
