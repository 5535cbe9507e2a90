/** Bytes for vectors, made by hand: nothing here uses the code under test. */

export function bytes(...values: number[]): Uint8Array {
  return Uint8Array.from(values);
}

export function utf8(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

export function text(content: Uint8Array | undefined): string {
  return new TextDecoder("utf-8", { fatal: true }).decode(content);
}

export function concat(...parts: Uint8Array[]): Uint8Array {
  return new Uint8Array(Buffer.concat(parts));
}

/** A frame written out by hand. */
export function frame(payload: Uint8Array, flags = 0): Uint8Array {
  return concat(frameHeader(payload.length, flags), payload);
}

/** Five bytes that announce a message. */
export function frameHeader(length: number, flags = 0): Uint8Array {
  const header = new DataView(new ArrayBuffer(5));
  header.setUint8(0, flags);
  header.setUint32(1, length);
  return new Uint8Array(header.buffer);
}

/** A stream of bytes in every way to cut it: whole, byte by byte, and in two at every place. */
export function everyCut(whole: Uint8Array): Uint8Array[][] {
  const cuts = [[whole], Array.from(whole, (byte) => bytes(byte))];
  for (let at = 0; at <= whole.length; at++) cuts.push([whole.slice(0, at), whole.slice(at)]);
  return cuts;
}

export interface PlainFrame {
  readonly flags: number;
  readonly payload: Uint8Array;
}

/** Frames read by hand; throws when bytes are left over. */
export function splitFrames(body: Uint8Array): PlainFrame[] {
  const frames: PlainFrame[] = [];
  let at = 0;
  while (at < body.length) {
    const view = new DataView(body.buffer, body.byteOffset + at);
    const end = at + 5 + view.getUint32(1);
    if (end > body.length) throw new Error(`a frame ends at ${end} of ${body.length} bytes`);
    frames.push({ flags: view.getUint8(0), payload: body.slice(at + 5, end) });
    at = end;
  }
  return frames;
}
