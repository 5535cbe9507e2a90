import type { Socket } from "node:net";
import { GrpcError, GrpcStatusCode } from "@railhead/core";
import type { RpcServer } from "@railhead/core/transport";
import type { Lifecycle } from "../lifecycle.ts";
import { NodePeer } from "../platform.ts";
import { ClosedStreams } from "./closed-streams.ts";
import { DataFrame } from "./data-frame.ts";
import { FrameReader, type FrameSink } from "./frame-reader.ts";
import { checkFrame } from "./frame-rules.ts";
import { FrameWriter } from "./frame-writer.ts";
import { HeaderBlock } from "./header-block.ts";
import { type DecodedFields, HpackDecoder } from "./hpack/decoder.ts";
import { InboundWindow } from "./inbound-window.ts";
import type { Http2Limits } from "./limits.ts";
import { PrefaceReader } from "./preface.ts";
import {
  ConnectionFault,
  ErrorCode,
  FIRST_WINDOW_BYTES,
  Flag,
  FrameType,
  MAX_UINT31,
  Setting,
} from "./protocol.ts";
import { ReceiveWindow, type WindowedConnection } from "./receive-window.ts";
import { areTrailers, Http2Head, readRequest } from "./request.ts";
import { ResetLimit } from "./reset-limit.ts";
import { SendTurns } from "./send-turns.ts";
import { readSettings } from "./settings.ts";
import { Stream, type StreamHost } from "./stream.ts";

/** How long a client that is to go may take for its answer to a ping, and to close its end. */
const PATIENCE_MS = 1000;
/** How large a header block may be as it comes: twice what it may have in it, and what small ones take besides. */
const blockBytes = (maxListBytes: number): number => 2 * maxListBytes + 4096;

/** One HTTP/2 connection of a client (RFC 9113): takes its frames, and keeps its streams. */
export class Connection implements FrameSink, StreamHost, WindowedConnection {
  readonly lifecycle: Lifecycle;
  readonly writer: FrameWriter;
  readonly turns: SendTurns;
  /** Nothing more is read or sent. */
  isOver = false;
  readonly #socket: Socket;
  readonly #server: RpcServer;
  readonly #limits: Http2Limits;
  readonly #peer: NodePeer;
  readonly #preface = new PrefaceReader();
  readonly #reader = new FrameReader(this);
  readonly #block: HeaderBlock;
  readonly #data = new DataFrame();
  /** That of `#data`; undefined where its bytes are for nobody. */
  #dataStream: Stream | undefined;
  readonly #decoder: HpackDecoder;
  readonly #streams = new Map<number, Stream>();
  readonly #closed = new ClosedStreams();
  readonly #resetLimit: ResetLimit;
  /** The highest stream that the client has opened. */
  #lastStream = 0;
  /** Streams behind it are none any more. */
  #hasSaidGoodbye = false;
  #isLeaving = false;
  readonly #window: InboundWindow;
  readonly #growth: ReceiveWindow;
  /** Of streams to come: what the client may send, and what it takes. */
  #streamBytes: number;
  #clientStreamBytes = FIRST_WINDOW_BYTES;
  #hasSettings = false;
  #isAcknowledged = false;
  /** The streams whose end is to be told behind what has come with it. */
  #ending: Stream[] = [];
  #pings: (() => void)[] = [];
  #isReading = true;
  /** Ends the connection of a client that does not do what is expected of it. */
  #timer: NodeJS.Timeout;

  constructor(socket: Socket, server: RpcServer, lifecycle: Lifecycle, limits: Http2Limits) {
    this.#socket = socket;
    this.#server = server;
    this.lifecycle = lifecycle;
    this.#limits = limits;
    this.#peer = new NodePeer("2", () => socket);
    this.#block = new HeaderBlock(blockBytes(limits.maxHeaderListBytes));
    this.#decoder = new HpackDecoder(limits.maxHeaderListBytes);
    this.#resetLimit = new ResetLimit(limits.resetBurst, limits.resetsPerSecond);
    this.writer = new FrameWriter(socket, () => this.#written());
    this.turns = new SendTurns(this.writer.output);
    const { streamBytes, connectionBytes } = limits.windows;
    this.#streamBytes = streamBytes;
    this.writer.settings([
      [Setting.MAX_CONCURRENT_STREAMS, limits.maxConcurrentStreams],
      [Setting.INITIAL_WINDOW_SIZE, streamBytes],
      [Setting.MAX_HEADER_LIST_SIZE, limits.maxHeaderListBytes],
    ]);
    this.#window = InboundWindow.ofConnection(connectionBytes);
    this.#growth = new ReceiveWindow(this, limits.windows);
    this.wasDropped(0);
    this.#timer = setTimeout(() => socket.destroy(), limits.handshakeTimeoutMs);
    socket.on("data", (chunk: Buffer) => this.#take(chunk));
    socket.on("end", () => this.#leave());
    socket.on("close", () => this.#end());
    // "close" follows; what went wrong on a connection is its client's business.
    socket.on("error", () => {});
  }

  /** Resolves a ping by its answer (section 6.7). */
  ping(onAnswer: () => void): void {
    this.#pings.push(onAnswer);
    this.writer.ping(PING, false);
  }

  /**
   * Lets calls in flight go on and closes the connection behind them. The client is told to open no more, and what it has
   * opened before it heard of that is served, too (section 6.8).
   */
  closeGracefully(): void {
    if (this.#isLeaving || this.isOver) return;
    this.#isLeaving = true;
    this.writer.goaway(MAX_UINT31, ErrorCode.NO_ERROR, "");
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#sayGoodbye(), PATIENCE_MS);
    this.ping(() => this.#sayGoodbye());
  }

  /** Cuts the connection. */
  destroy(): void {
    this.#socket.destroy();
  }

  // What the client sends.

  frameBegins(type: number, flags: number, id: number, length: number): void {
    checkFrame(type, flags, id, length);
    this.#block.checkNext(type === FrameType.CONTINUATION, id);
    if (!this.#hasSettings && (type !== FrameType.SETTINGS || (flags & Flag.ACK) !== 0)) {
      throw new ConnectionFault(ErrorCode.PROTOCOL_ERROR, "no settings in the beginning");
    }
    if (type === FrameType.DATA) this.#dataBegins(flags, id, length);
  }

  dataComes(bytes: Buffer): void {
    const content = this.#data.contentOf(bytes);
    const stream = this.#dataStream;
    if (stream === undefined) this.wasDropped(bytes.length);
    else {
      if (content.length < bytes.length) this.wasDropped(bytes.length - content.length);
      if (content.length > 0) stream.receive(content);
    }
  }

  dataEnds(): void {
    if (this.#data.endsStream) this.#dataStream?.endRequest();
    this.#dataStream = undefined;
  }

  frame(type: number, flags: number, id: number, payload: Buffer): void {
    switch (type) {
      case FrameType.HEADERS:
        this.#blockComes(id, this.#block.begin(flags, id, payload));
        break;
      case FrameType.CONTINUATION:
        this.#blockComes(id, this.#block.continue(flags, payload));
        break;
      case FrameType.RST_STREAM:
        this.#resetComes(id);
        break;
      case FrameType.SETTINGS:
        this.#settingsCome(flags, payload);
        break;
      case FrameType.PING:
        if ((flags & Flag.ACK) === 0) this.writer.ping(payload, true);
        else this.#pings.shift()?.();
        break;
      case FrameType.WINDOW_UPDATE:
        this.#windowOpens(id, payload.readUInt32BE(0) & MAX_UINT31);
        break;
    }
  }

  // What streams need.

  wasRead(stream: Stream, bytes: number, takesMore: boolean): void {
    if (takesMore) this.#growth.took(bytes);
    else this.#growth.paused();
    this.wasDropped(bytes);
    if (stream.requestEnded) return;
    const opened = stream.window.release(bytes);
    if (opened > 0) this.writer.windowUpdate(stream.id, opened);
  }

  wasDropped(bytes: number): void {
    const opened = this.#window.release(bytes);
    if (opened > 0) this.writer.windowUpdate(0, opened);
  }

  countReset(): void {
    if (this.#resetLimit.take()) return;
    throw new ConnectionFault(ErrorCode.ENHANCE_YOUR_CALM, "too many calls that were broken off");
  }

  endSoon(stream: Stream): void {
    this.#ending.push(stream);
  }

  close(stream: Stream, isReset: boolean): void {
    this.#streams.delete(stream.id);
    this.#closed.add(stream.id, isReset);
    if (this.#dataStream === stream) this.#dataStream = undefined;
    this.#closeIfDone();
  }

  growWindows(streamBytes: number, connectionBytes: number): void {
    this.#streamBytes = streamBytes;
    this.writer.settings([[Setting.INITIAL_WINDOW_SIZE, streamBytes]]);
    for (const stream of this.#streams.values()) stream.window.grow(streamBytes, true);
    this.#window.grow(connectionBytes, false);
    this.wasDropped(0);
  }

  #take(chunk: Buffer): void {
    if (this.isOver) return;
    try {
      this.#reader.push(this.#preface.push(chunk));
    } catch (fault) {
      if (!(fault instanceof ConnectionFault)) throw fault;
      this.#fail(fault);
      return;
    }
    for (const stream of this.#ending.splice(0)) stream.deliverEnd();
    if (!this.writer.output.isOverfull) return;
    this.#isReading = false;
    this.#socket.pause();
  }

  #written(): void {
    this.turns.wake();
    if (this.#isReading || this.writer.output.isOverfull) return;
    this.#isReading = true;
    this.#socket.resume();
  }

  #dataBegins(flags: number, id: number, length: number): void {
    this.#data.begin(flags, length);
    if (!this.#window.take(length)) {
      throw new ConnectionFault(ErrorCode.FLOW_CONTROL_ERROR, "more than the connection's window");
    }
    const stream = this.#streams.get(id);
    if (stream === undefined) this.#strayFrame(id);
    else if (stream.requestEnded) stream.fail(ErrorCode.STREAM_CLOSED);
    else if (!stream.window.take(length)) stream.fail(ErrorCode.FLOW_CONTROL_ERROR);
    else this.#dataStream = stream;
  }

  #blockComes(id: number, block: Buffer | undefined): void {
    if (block === undefined) return;
    const decoded = this.#decoder.decode(block);
    const stream = this.#streams.get(id);
    if (stream !== undefined) this.#trailersCome(stream, decoded);
    else if (id > this.#lastStream) this.#open(id, decoded);
    else if (!this.#closed.wasReset(id)) {
      const code = this.#closed.wasEnded(id) ? ErrorCode.STREAM_CLOSED : ErrorCode.PROTOCOL_ERROR;
      throw new ConnectionFault(code, `HEADERS on stream ${id}, which is not open`);
    }
  }

  #trailersCome(stream: Stream, { fields, isMalformed }: DecodedFields): void {
    if (stream.requestEnded) stream.fail(ErrorCode.STREAM_CLOSED);
    else if (!this.#block.endsStream || isMalformed || !areTrailers(fields))
      stream.fail(ErrorCode.PROTOCOL_ERROR);
    else stream.endRequest();
  }

  #open(id: number, { fields, isMalformed, isTooLarge }: DecodedFields): void {
    if (id % 2 === 0) throw new ConnectionFault(ErrorCode.PROTOCOL_ERROR, `stream ${id} from a client`);
    if (this.#hasSaidGoodbye) return;
    this.#lastStream = id;
    const request = isMalformed ? undefined : readRequest(fields);
    if (request === undefined || this.#streams.size >= this.#limits.maxConcurrentStreams) {
      this.#refuse(id, request === undefined ? ErrorCode.PROTOCOL_ERROR : ErrorCode.REFUSED_STREAM);
      return;
    }
    const head = new Http2Head(request, this.#peer, isTooLarge ? tooLarge(this.#limits) : undefined);
    const window = InboundWindow.ofStream(this.#streamBytes, this.#isAcknowledged);
    const stream = new Stream(this, id, window, this.#clientStreamBytes, head, request.contentLength);
    this.#streams.set(id, stream);
    stream.begin(this.#server, head);
    if (this.#block.endsStream) stream.endRequest();
  }

  /** Resets a stream before there is a call on it. */
  #refuse(id: number, code: ErrorCode): void {
    this.countReset();
    this.writer.reset(id, code);
    this.#closed.add(id, true);
  }

  /** What comes on a stream that is closed, or was never opened (section 5.1). */
  #strayFrame(id: number): void {
    if (this.#closed.wasReset(id)) return;
    if (id <= this.#lastStream) this.#refuse(id, ErrorCode.STREAM_CLOSED);
    else this.#checkOpened(id);
  }

  #checkOpened(id: number): void {
    if (id <= this.#lastStream || this.#hasSaidGoodbye) return;
    throw new ConnectionFault(ErrorCode.PROTOCOL_ERROR, `stream ${id} is not open`);
  }

  #resetComes(id: number): void {
    this.#checkOpened(id);
    const stream = this.#streams.get(id);
    if (stream === undefined) return;
    this.countReset();
    stream.lost("client-reset");
  }

  #settingsCome(flags: number, payload: Buffer): void {
    if ((flags & Flag.ACK) !== 0) {
      this.#isAcknowledged = true;
      this.#growth.acknowledged();
      return;
    }
    if (!this.#hasSettings) clearTimeout(this.#timer);
    this.#hasSettings = true;
    const settings = readSettings(payload);
    const tableBytes = settings.get(Setting.HEADER_TABLE_SIZE);
    if (tableBytes !== undefined) this.writer.resizeTable(tableBytes);
    const streamBytes = settings.get(Setting.INITIAL_WINDOW_SIZE);
    this.writer.acknowledgeSettings();
    if (streamBytes !== undefined) this.#resizeSendWindows(streamBytes);
  }

  /** Section 6.9.2. */
  #resizeSendWindows(streamBytes: number): void {
    const grown = streamBytes - this.#clientStreamBytes;
    this.#clientStreamBytes = streamBytes;
    for (const stream of this.#streams.values()) {
      if (stream.sendWindow + grown > MAX_UINT31) {
        throw new ConnectionFault(ErrorCode.FLOW_CONTROL_ERROR, "a window that is too large");
      }
      stream.openSendWindow(grown);
    }
  }

  #windowOpens(id: number, bytes: number): void {
    if (id === 0) {
      this.turns.open(bytes);
      return;
    }
    this.#checkOpened(id);
    const stream = this.#streams.get(id);
    if (stream === undefined) return;
    if (bytes === 0) stream.fail(ErrorCode.PROTOCOL_ERROR);
    else if (stream.sendWindow + bytes > MAX_UINT31) stream.fail(ErrorCode.FLOW_CONTROL_ERROR);
    else stream.openSendWindow(bytes);
  }

  #sayGoodbye(): void {
    clearTimeout(this.#timer);
    if (this.#hasSaidGoodbye || this.isOver) return;
    this.#hasSaidGoodbye = true;
    this.writer.goaway(this.#lastStream, ErrorCode.NO_ERROR, "");
    this.#closeIfDone();
  }

  #closeIfDone(): void {
    if (this.#hasSaidGoodbye && this.#streams.size === 0) this.#leave();
  }

  #fail({ code, message }: ConnectionFault): void {
    this.writer.goaway(this.#lastStream, code, message);
    this.#leave();
  }

  /** Sends what there is and closes this end; the client has a moment to close its own. */
  #leave(): void {
    if (this.isOver) return;
    this.#end();
    this.#timer = setTimeout(() => this.#socket.destroy(), PATIENCE_MS).unref();
  }

  #end(): void {
    clearTimeout(this.#timer);
    if (this.isOver) return;
    this.isOver = true;
    for (const stream of [...this.#streams.values()]) stream.lost("connection-lost");
    this.writer.output.end();
  }
}

/** What there is in a ping of ours: they are answered in their order. */
const PING = Buffer.alloc(8);

function tooLarge({ maxHeaderListBytes }: Http2Limits): GrpcError {
  return new GrpcError(
    GrpcStatusCode.RESOURCE_EXHAUSTED,
    `request headers are larger than ${maxHeaderListBytes} bytes`,
  );
}
