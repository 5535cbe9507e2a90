import type { ServerResponse } from "node:http";
import type { ServerHttp2Stream } from "node:http2";
import type { Pieces } from "@railhead/core/transport";

/** Pieces of together this size are written as they are: a copy would cost more than another write. */
const LARGE_BYTES = 16 * 1024;
/** So is a single piece of this size, of which a view is enough. */
const VIEWED_BYTES = 1024;

/** Writes pieces at once. @returns whether the wire takes more */
export function writePieces(wire: ServerHttp2Stream | ServerResponse, pieces: Pieces): boolean {
  const joined = join(pieces);
  const buffers = joined === undefined ? pieces : [joined];
  const corks = needsCork(wire, buffers);
  if (corks) wire.cork();
  let takesMore = true;
  for (const buffer of buffers) takesMore = wire.write(buffer);
  if (corks) wire.uncork();
  return takesMore;
}

/** Ends a response with pieces, which are written at once. */
export function endWithPieces(wire: ServerHttp2Stream | ServerResponse, pieces: Pieces): void {
  const joined = join(pieces);
  if (joined === undefined) writeToEnd(wire, pieces);
  // Of text HTTP/1.1 makes one piece with the head of the response; bytes take a vectored write.
  else if ("pushStream" in wire) wire.end(joined);
  else wire.end(joined.toString("latin1"), "latin1");
}

function writeToEnd(wire: ServerHttp2Stream | ServerResponse, buffers: Pieces): void {
  const last = buffers.length - 1;
  // The end uncorks.
  if (needsCork(wire, buffers)) wire.cork();
  for (const [at, buffer] of buffers.entries()) {
    if (at < last) wire.write(buffer);
    else wire.end(buffer);
  }
}

/**
 * The same bytes in one Buffer; undefined where they are many. It comes from Node's pool: memory outside of V8's heap is
 * dear to get, and Node would have a small array moved there to write it.
 */
function join(pieces: Pieces): Buffer | undefined {
  let bytes = 0;
  for (const piece of pieces) bytes += piece.length;
  if (bytes >= (pieces.length > 1 ? LARGE_BYTES : VIEWED_BYTES)) return undefined;
  const joined = Buffer.allocUnsafe(bytes);
  let at = 0;
  for (const piece of pieces) {
    joined.set(piece, at);
    at += piece.length;
  }
  return joined;
}

/** HTTP/1.1 corks its socket by itself, and a response that was corked by hand never drains on Node 22. */
function needsCork(wire: ServerHttp2Stream | ServerResponse, pieces: Pieces): boolean {
  return pieces.length > 1 && "pushStream" in wire;
}
