/**
 * Content codings whose bytes show whether they have been undone. `fetch` undoes codings before anyone sees the body and
 * leaves the header in place; which ones differs from runtime to runtime, and handlers in the same process undo none.
 */

/** First bytes: RFC 1952, section 2.3.1; RFC 1950, section 2.2, as every encoder writes it; RFC 8878, section 3.1.1. */
const SIGNATURES: ReadonlyMap<string, readonly number[]> = new Map([
  ["gzip", [0x1f, 0x8b]],
  ["deflate", [0x78]],
  ["zstd", [0x28, 0xb5, 0x2f, 0xfd]],
]);

export function isRecognisable(coding: string): boolean {
  return SIGNATURES.has(coding);
}

/** Whether a body still is what its header says. Only the decoder can tell for sure: a plain body may begin likewise. */
export function looksEncoded(coding: string, body: Uint8Array): boolean {
  return SIGNATURES.get(coding)?.every((byte, at) => body[at] === byte) ?? false;
}
