import { GrpcError, GrpcStatusCode } from "@railhead/core";
import { DataFrame } from "./data-frame.ts";
import type { FrameWriter } from "./frame-writer.ts";
import { HeaderBlock } from "./header-block.ts";
import { type DecodedFields, HpackDecoder } from "./hpack/decoder.ts";
import type { Http2Limits } from "./limits.ts";
import { ErrorCode, MAX_UINT31 } from "./protocol.ts";
import { areTrailers, type RequestFields, readRequest } from "./request.ts";
import type { Stream } from "./stream.ts";
import type { StreamTable } from "./stream-table.ts";

/** How large a header block may be as it comes: twice what it may have in it, and what small ones take besides. */
const blockBytes = (maxListBytes: number): number => 2 * maxListBytes + 4096;

/** Bytes of a request that goes on are copied where a view would keep so many times its size, and are that few. */
const PINNED_TIMES = 8;
const PINNED_BYTES = 4096;

/** The connection, as what comes on its streams needs it. */
export interface RequestHost {
  readonly writer: FrameWriter;
  readonly streams: StreamTable;
  /** Opens a stream and begins the call on it. */
  openStream(id: number, request: RequestFields, refusal: GrpcError | undefined): Stream;
  /** Bytes come. Throws a ConnectionFault when they are more than the connection's window. */
  take(bytes: number): void;
  /** See `StreamHost`. */
  wasRead(stream: Stream, bytes: number, takesMore: boolean): void;
  wasDropped(bytes: number): void;
  /** The client made this end reset a stream, or has reset one. Throws a ConnectionFault when it was once too often. */
  countReset(): void;
}

/** The frames on the streams of one connection: what clients ask for, and what becomes of those that break rules. */
export class IncomingRequests {
  readonly #host: RequestHost;
  readonly #limits: Http2Limits;
  readonly #block: HeaderBlock;
  readonly #decoder: HpackDecoder;
  readonly #data = new DataFrame();
  /** The stream of `#data`; undefined where its bytes are for nobody. */
  #dataStream: Stream | undefined;

  constructor(host: RequestHost, limits: Http2Limits) {
    this.#host = host;
    this.#limits = limits;
    this.#block = new HeaderBlock(blockBytes(limits.maxHeaderListBytes));
    this.#decoder = new HpackDecoder(limits.maxHeaderListBytes);
  }

  /** @throws ConnectionFault for a frame within a header block that is none of it */
  checkNext(isContinuation: boolean, id: number): void {
    this.#block.checkNext(isContinuation, id);
  }

  headersCome(id: number, flags: number, payload: Buffer): void {
    this.#blockComes(id, this.#block.begin(flags, id, payload));
  }

  continuationComes(id: number, flags: number, payload: Buffer): void {
    this.#blockComes(id, this.#block.continue(flags, payload));
  }

  dataBegins(id: number, flags: number, length: number): void {
    this.#data.begin(flags, length);
    this.#host.take(length);
    const stream = this.#host.streams.get(id);
    if (stream === undefined) this.#strayDataComes(id);
    else if (stream.requestEnded) stream.fail(ErrorCode.STREAM_CLOSED);
    else if (!stream.window.take(length)) stream.fail(ErrorCode.FLOW_CONTROL_ERROR);
    else this.#dataStream = stream;
  }

  dataComes(bytes: Buffer): void {
    const content = this.#data.contentOf(bytes);
    const stream = this.#dataStream?.isClosed === false ? this.#dataStream : undefined;
    if (stream === undefined) {
      this.#host.wasDropped(bytes.length);
      return;
    }
    const padding = bytes.length - content.length;
    // It is part of both windows (section 6.9.1), and no call reads it.
    if (padding > 0) this.#host.wasRead(stream, padding, true);
    if (content.length > 0) stream.receive(this.#data.endsStream ? content : withoutRest(content));
  }

  dataEnds(): void {
    if (this.#data.endsStream && this.#dataStream?.isClosed === false) this.#dataStream.endRequest();
    this.#dataStream = undefined;
  }

  resetComes(id: number): void {
    this.#host.streams.checkOpened(id);
    const stream = this.#host.streams.get(id);
    if (stream === undefined) return;
    this.#host.countReset();
    stream.lost("client-reset");
  }

  windowOpens(id: number, bytes: number): void {
    this.#host.streams.checkOpened(id);
    const stream = this.#host.streams.get(id);
    if (stream === undefined) return;
    if (bytes === 0) stream.fail(ErrorCode.PROTOCOL_ERROR);
    else if (stream.sendWindow + bytes > MAX_UINT31) stream.fail(ErrorCode.FLOW_CONTROL_ERROR);
    else stream.openSendWindow(bytes);
  }

  #blockComes(id: number, block: Buffer | undefined): void {
    if (block === undefined) return;
    const decoded = this.#decoder.decode(block);
    const stream = this.#host.streams.get(id);
    if (stream !== undefined) this.#trailersCome(stream, decoded);
    else if (this.#host.streams.opens(id)) this.#requestComes(id, decoded);
  }

  #trailersCome(stream: Stream, { fields, isMalformed }: DecodedFields): void {
    const areGood = this.#block.endsStream && !isMalformed && areTrailers(fields);
    if (stream.requestEnded) stream.fail(ErrorCode.STREAM_CLOSED);
    else if (areGood) stream.endRequest();
    else stream.fail(ErrorCode.PROTOCOL_ERROR);
  }

  #requestComes(id: number, { fields, isMalformed, isTooLarge }: DecodedFields): void {
    const request = isMalformed ? undefined : readRequest(fields);
    if (request === undefined) this.#refuse(id, ErrorCode.PROTOCOL_ERROR);
    else if (this.#host.streams.size >= this.#limits.maxConcurrentStreams) {
      this.#refuse(id, ErrorCode.REFUSED_STREAM);
    } else {
      const stream = this.#host.openStream(id, request, isTooLarge ? this.#tooLarge() : undefined);
      if (this.#block.endsStream) stream.endRequest();
    }
  }

  #strayDataComes(id: number): void {
    this.#host.streams.checkOpened(id);
    const isExpected = id > this.#host.streams.last || this.#host.streams.wasReset(id);
    if (!isExpected) this.#refuse(id, ErrorCode.STREAM_CLOSED);
  }

  /** Resets a stream that has no call. */
  #refuse(id: number, code: ErrorCode): void {
    this.#host.countReset();
    this.#host.writer.reset(id, code);
    this.#host.streams.close(id, true);
  }

  #tooLarge(): GrpcError {
    return new GrpcError(
      GrpcStatusCode.RESOURCE_EXHAUSTED,
      `request headers are larger than ${this.#limits.maxHeaderListBytes} bytes`,
    );
  }
}

/** A call may wait for the rest of a message: a view of one byte would keep all that was read along with it. */
function withoutRest(bytes: Buffer): Buffer {
  if (bytes.length > PINNED_BYTES || bytes.length * PINNED_TIMES > bytes.buffer.byteLength) return bytes;
  const copy = Buffer.allocUnsafeSlow(bytes.length);
  bytes.copy(copy);
  return copy;
}
