/**
 * The value of `grpc-message`: UTF-8, percent-encoded outside printable ASCII (gRPC over HTTP/2, "Responses",
 * Status-Message).
 */

/** Spaces at either end are lost on the way: HTTP strips them from field values. */
const UNSAFE = /[^\x20-\x24\x26-\x7e]+|^ | $/g;

/** Any text to a header value. Lone surrogates become U+FFFD. */
export function formatStatusMessage(message: string): string {
  return message.toWellFormed().replace(UNSAFE, encodeURIComponent);
}

/** A header value to text. What is not percent-encoded UTF-8 stays as it came: a message is never thrown away. */
export function parseStatusMessage(value: string): string {
  try {
    return decodeURIComponent(value);
  } catch {
    return value;
  }
}
