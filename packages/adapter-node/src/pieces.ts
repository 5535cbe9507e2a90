import type { ServerResponse } from "node:http";
import type { ServerHttp2Stream } from "node:http2";
import type { Pieces } from "@railhead/core/transport";

/** Writes pieces at once. @returns whether the wire takes more */
export function writePieces(wire: ServerHttp2Stream | ServerResponse, pieces: Pieces): boolean {
  const corks = needsCork(wire, pieces);
  if (corks) wire.cork();
  let takesMore = true;
  for (const piece of pieces) takesMore = wire.write(piece);
  if (corks) wire.uncork();
  return takesMore;
}

/** Ends a response with pieces, which are written at once. */
export function endWithPieces(wire: ServerHttp2Stream | ServerResponse, pieces: Pieces): void {
  const last = pieces.length - 1;
  // The end uncorks.
  if (needsCork(wire, pieces)) wire.cork();
  for (const [at, piece] of pieces.entries()) {
    if (at < last) wire.write(piece);
    else wire.end(piece);
  }
}

/** HTTP/1.1 corks its socket by itself, and a response that was corked by hand never drains on Node 22. */
function needsCork(wire: ServerHttp2Stream | ServerResponse, pieces: Pieces): boolean {
  return pieces.length > 1 && "pushStream" in wire;
}
