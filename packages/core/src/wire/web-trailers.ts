import { WireFault } from "./fault.ts";
import { encodeFrame, FLAG_TRAILERS } from "./frame.ts";
import { encodeUtf8 } from "./text.ts";

/**
 * The last frame of a gRPC-Web body: trailers as a block of `name:value` lines without an empty line at the end
 * (PROTOCOL-WEB, "Message framing"). No space follows the colon: proxies that turn gRPC-Web into gRPC copy the
 * value as it stands.
 */
export function encodeWebTrailers(trailers: readonly string[]): Uint8Array {
  let block = "";
  for (let at = 0; at < trailers.length; at += 2) block += `${trailers[at]}:${trailers[at + 1]}\r\n`;
  return encodeFrame(encodeUtf8(block), FLAG_TRAILERS);
}

/** A field of a header block: its name in lower case, and its value. */
export type Field = readonly [name: string, value: string];

/** The fields in such a frame. Lines may end in a bare line feed; names may have any case. Throws a WireFault. */
export function decodeWebTrailers(payload: Uint8Array): Field[] {
  const lines = new TextDecoder().decode(payload).split("\n");
  return lines
    .map((line) => line.trim())
    .filter((line) => line !== "")
    .map(parseField);
}

function parseField(line: string): Field {
  const colon = line.indexOf(":");
  if (colon < 1)
    throw new WireFault("malformed", `the trailers have a line without a name: ${JSON.stringify(line)}`);
  return [line.slice(0, colon).trim().toLowerCase(), line.slice(colon + 1).trim()];
}
