/**
 * Base64 with the standard alphabet (RFC 4648, section 4), over the platform's own `atob` and `btoa`.
 */

/** `fromCharCode` takes its input as arguments; engines allow a few tens of thousands of them. */
const CHARS_PER_CALL = 8192;

/** Bytes to text, padded. */
export function encodeBase64(bytes: Uint8Array): string {
  return btoa(latin1FromBytes(bytes));
}

/** The form of header values, which need no padding. */
export function encodeUnpaddedBase64(bytes: Uint8Array): string {
  return encodeBase64(bytes).replace(/=+$/, "");
}

/** Text to bytes, padded or not; undefined when the text is not base64. */
export function decodeBase64(text: string): Uint8Array | undefined {
  // atob skips ASCII white space, which no header value or text frame may contain.
  if (/\s/.test(text)) return undefined;
  try {
    return bytesFromLatin1(atob(text));
  } catch {
    return undefined;
  }
}

/** One character per byte, the code point being the byte's value. */
export function latin1FromBytes(bytes: Uint8Array): string {
  let text = "";
  for (let at = 0; at < bytes.length; at += CHARS_PER_CALL) {
    text += String.fromCharCode(...bytes.subarray(at, at + CHARS_PER_CALL));
  }
  return text;
}

/** The inverse of {@link latin1FromBytes}; code points over 255 are cut to their low byte. */
export function bytesFromLatin1(text: string): Uint8Array {
  const bytes = new Uint8Array(text.length);
  for (let at = 0; at < text.length; at++) bytes[at] = text.charCodeAt(at);
  return bytes;
}
