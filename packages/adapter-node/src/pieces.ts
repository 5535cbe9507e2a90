import type { Writable } from "node:stream";
import type { Pieces } from "@railhead/core/transport";

/** Writes pieces at once. @returns whether the stream takes more */
export function writePieces(stream: Writable, pieces: Pieces): boolean {
  if (pieces.length > 1) stream.cork();
  let takesMore = true;
  for (const piece of pieces) takesMore = stream.write(piece);
  if (pieces.length > 1) stream.uncork();
  return takesMore;
}

/** Ends a stream with pieces, which are written at once. */
export function endWithPieces(stream: Writable, pieces: Pieces): void {
  const last = pieces.length - 1;
  if (last > 0) stream.cork();
  // The end uncorks.
  for (const [at, piece] of pieces.entries()) {
    if (at < last) stream.write(piece);
    else stream.end(piece);
  }
}
