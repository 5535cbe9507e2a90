import { encodeFrame, FLAG_TRAILERS } from "./frame.ts";

/**
 * The last frame of a gRPC-Web body: trailers as a block of `name:value` lines without an empty line at the end
 * (PROTOCOL-WEB, "Message framing"). No space follows the colon: proxies that turn gRPC-Web into gRPC copy the
 * value as it stands.
 */
export function encodeWebTrailers(trailers: readonly string[]): Uint8Array {
  let block = "";
  for (let at = 0; at < trailers.length; at += 2) block += `${trailers[at]}:${trailers[at + 1]}\r\n`;
  return encodeFrame(new TextEncoder().encode(block), FLAG_TRAILERS);
}
