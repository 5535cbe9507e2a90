import { encodeFields } from "./hpack.ts";
import { RawTcp } from "./raw-tcp.ts";

/** Frame types (RFC 9113, section 6). */
export const DATA = 0;
export const HEADERS = 1;
export const RST_STREAM = 3;
export const SETTINGS = 4;
export const PING = 6;
export const GOAWAY = 7;
export const WINDOW_UPDATE = 8;
export const CONTINUATION = 9;

export const END_STREAM = 0x1;
/** Of SETTINGS and PING. */
export const ACK = 0x1;
export const END_HEADERS = 0x4;

export const CANCEL = 8;

export interface H2Frame {
  readonly type: number;
  readonly flags: number;
  readonly stream: number;
  readonly payload: Buffer;
}

export function h2Frame(
  type: number,
  flags: number,
  stream: number,
  payload: Uint8Array = Buffer.alloc(0),
): Buffer {
  const head = Buffer.alloc(9);
  head.writeUIntBE(payload.length, 0, 3);
  head[3] = type;
  head[4] = flags;
  head.writeUInt32BE(stream, 5);
  return Buffer.concat([head, payload]);
}

export function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}

/** The first bytes of a client, with empty settings. */
export const PREFACE: Buffer = Buffer.concat([
  Buffer.from("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"),
  h2Frame(SETTINGS, 0, 0),
]);

/** The header block of a gRPC call. */
export function callHeaders(
  path: string,
  more: readonly (readonly [name: string, value: string])[] = [],
): Buffer {
  return encodeFields([
    [":method", "POST"],
    [":scheme", "http"],
    [":path", path],
    [":authority", "localhost"],
    ["content-type", "application/grpc"],
    ["te", "trailers"],
    ...more,
  ]);
}

export function rst(stream: number, code: number): Buffer {
  return h2Frame(RST_STREAM, 0, stream, uint32(code));
}

/** HTTP/2 by hand: sends any bytes, shows every frame, and does nothing by itself. */
export class RawH2 extends RawTcp {
  /** The frames received so far. */
  get frames(): readonly H2Frame[] {
    const frames: H2Frame[] = [];
    for (let at = 0; at + 9 <= this.received.length; ) {
      const end = at + 9 + this.received.readUIntBE(at, 3);
      if (end > this.received.length) break;
      frames.push({
        type: this.received[at + 3] ?? 0,
        flags: this.received[at + 4] ?? 0,
        stream: this.received.readUInt32BE(at + 5),
        payload: this.received.subarray(at + 9, end),
      });
      at = end;
    }
    return frames;
  }

  /** Resolves with the first frame that passes. */
  async untilFrame(test: (frame: H2Frame) => boolean): Promise<H2Frame> {
    await this.until(() => this.frames.some(test));
    const frame = this.frames.find(test);
    if (frame === undefined) throw new Error("the frame is gone");
    return frame;
  }
}
