import type { ServerResponse } from "node:http";
import type { ServerHttp2Stream } from "node:http2";
import type { Pieces } from "@railhead/core/transport";

/** Pieces of together this size are written as they are: a copy would cost more than another write. */
const LARGE_BYTES = 16 * 1024;
/** So is a single piece of this size, of which a view is enough. */
const VIEWED_BYTES = 1024;

/** Writes pieces at once. @returns whether the wire takes more */
export function writePieces(wire: ServerHttp2Stream | ServerResponse, pieces: Pieces): boolean {
  const buffers = gather(pieces);
  const corks = needsCork(wire, buffers);
  if (corks) wire.cork();
  let takesMore = true;
  for (const buffer of buffers) takesMore = wire.write(buffer);
  if (corks) wire.uncork();
  return takesMore;
}

/** Ends a response with pieces, which are written at once. */
export function endWithPieces(wire: ServerHttp2Stream | ServerResponse, pieces: Pieces): void {
  const buffers = gather(pieces);
  const last = buffers.length - 1;
  // The end uncorks.
  if (needsCork(wire, buffers)) wire.cork();
  for (const [at, buffer] of buffers.entries()) {
    if (at < last) wire.write(buffer);
    else wire.end(buffer);
  }
}

/**
 * The same bytes in one Buffer, unless they are many. It comes from Node's pool: memory outside of V8's heap is dear to
 * get, and Node would have a small array moved there to write it.
 */
function gather(pieces: Pieces): Pieces {
  let bytes = 0;
  for (const piece of pieces) bytes += piece.length;
  if (bytes >= (pieces.length > 1 ? LARGE_BYTES : VIEWED_BYTES)) return pieces;
  const whole = Buffer.allocUnsafe(bytes);
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.length;
  }
  return [whole];
}

/** HTTP/1.1 corks its socket by itself, and a response that was corked by hand never drains on Node 22. */
function needsCork(wire: ServerHttp2Stream | ServerResponse, pieces: Pieces): boolean {
  return pieces.length > 1 && "pushStream" in wire;
}
