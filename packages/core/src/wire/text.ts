const encoder = new TextEncoder();

/** Text to bytes. */
export function encodeUtf8(text: string): Uint8Array {
  return encoder.encode(text);
}
