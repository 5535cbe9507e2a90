import type { Socket } from "node:net";
import type { HeaderList } from "@railhead/core/transport";
import { checkBlockSize } from "../headers.ts";
import { httpDate } from "./date.ts";
import { HpackEncoder } from "./hpack/encoder.ts";
import { Output } from "./output.ts";
import { type ErrorCode, Flag, FRAME_HEADER_BYTES, FrameType, MAX_FRAME_BYTES } from "./protocol.ts";

/** Writes the frames of one connection (RFC 9113, section 6). */
export class FrameWriter {
  readonly output: Output;
  readonly #encoder = new HpackEncoder();

  /** @param onWritten see `Output` */
  constructor(socket: Socket, onWritten: () => void) {
    this.output = new Output(socket, onWritten);
  }

  /** The client keeps a table of so many bytes. */
  resizeTable(bytes: number): void {
    this.#encoder.resize(bytes);
  }

  /** The head of a response. @throws RangeError for a block that is too large */
  head(stream: number, status: number, fields: HeaderList, endsStream: boolean): void {
    checkBlockSize(fields);
    this.#block(stream, [":status", String(status), ...fields, "date", httpDate()], endsStream);
  }

  /** "100 Continue". */
  invitation(stream: number): void {
    this.#block(stream, [":status", "100"], false);
  }

  /** The end of a response. @throws RangeError for a block that is too large */
  trailers(stream: number, fields: HeaderList): void {
    checkBlockSize(fields);
    this.#block(stream, fields, true);
  }

  /** The head of a DATA frame. So many bytes must be added to the output right behind. */
  dataHead(stream: number, length: number, endsStream: boolean): void {
    this.#frame(FrameType.DATA, endsStream ? Flag.END_STREAM : 0, stream, length, 0);
  }

  reset(stream: number, code: ErrorCode): void {
    this.#number(FrameType.RST_STREAM, stream, code);
  }

  windowUpdate(stream: number, bytes: number): void {
    this.#number(FrameType.WINDOW_UPDATE, stream, bytes);
  }

  settings(settings: readonly (readonly [id: number, value: number])[]): void {
    let at = this.#frame(FrameType.SETTINGS, 0, 0, settings.length * 6);
    for (const [id, value] of settings) {
      at = this.output.buffer.writeUInt16BE(id, at);
      at = this.output.buffer.writeUInt32BE(value, at);
    }
  }

  acknowledgeSettings(): void {
    this.#frame(FrameType.SETTINGS, Flag.ACK, 0, 0);
  }

  ping(payload: Uint8Array, isAcknowledgement: boolean): void {
    const at = this.#frame(FrameType.PING, isAcknowledgement ? Flag.ACK : 0, 0, payload.length);
    this.output.buffer.set(payload, at);
  }

  goaway(lastStream: number, code: ErrorCode, reason: string): void {
    const text = Buffer.from(reason);
    const at = this.#frame(FrameType.GOAWAY, 0, 0, 8 + text.length);
    const { buffer } = this.output;
    buffer.writeUInt32BE(lastStream, at);
    buffer.writeUInt32BE(code, at + 4);
    buffer.set(text, at + 8);
  }

  #block(stream: number, fields: HeaderList, endsStream: boolean): void {
    const bound = this.#encoder.boundOf(fields);
    const flags = endsStream ? Flag.END_STREAM : 0;
    if (bound > MAX_FRAME_BYTES) {
      this.#longBlock(stream, fields, bound, flags);
      return;
    }
    const at = this.#frame(FrameType.HEADERS, flags | Flag.END_HEADERS, stream, 0, bound);
    const { buffer } = this.output;
    const length = this.#encoder.encode(fields, buffer, at) - at;
    buffer.writeUIntBE(length, at - FRAME_HEADER_BYTES, 3);
    this.output.unreserve(bound - length);
  }

  /** A block that may need several frames (section 6.10). */
  #longBlock(stream: number, fields: HeaderList, bound: number, flags: number): void {
    const bytes = Buffer.allocUnsafe(bound);
    const length = this.#encoder.encode(fields, bytes, 0);
    for (let from = 0; from < length; from += MAX_FRAME_BYTES) {
      const to = Math.min(from + MAX_FRAME_BYTES, length);
      const type = from === 0 ? FrameType.HEADERS : FrameType.CONTINUATION;
      const ends = to === length ? Flag.END_HEADERS : 0;
      const at = this.#frame(type, (from === 0 ? flags : 0) | ends, stream, to - from);
      bytes.copy(this.output.buffer, at, from, to);
    }
  }

  #number(type: number, stream: number, value: number): void {
    const at = this.#frame(type, 0, stream, 4);
    this.output.buffer.writeUInt32BE(value, at);
  }

  /** Writes the head of a frame. @returns where the room for its payload begins */
  #frame(type: number, flags: number, stream: number, length: number, room: number = length): number {
    const at = this.output.reserve(FRAME_HEADER_BYTES + room);
    const { buffer } = this.output;
    buffer[at] = length >>> 16;
    buffer[at + 1] = length >>> 8;
    buffer[at + 2] = length;
    buffer[at + 3] = type;
    buffer[at + 4] = flags;
    buffer[at + 5] = stream >>> 24;
    buffer[at + 6] = stream >>> 16;
    buffer[at + 7] = stream >>> 8;
    buffer[at + 8] = stream;
    return at + FRAME_HEADER_BYTES;
  }
}
