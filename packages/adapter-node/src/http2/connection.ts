import type { Socket } from "node:net";
import type { GrpcError } from "@railhead/core";
import type { RpcServer } from "@railhead/core/transport";
import type { Lifecycle } from "../lifecycle.ts";
import { NodePeer } from "../platform.ts";
import { FrameReader, type FrameSink } from "./frame-reader.ts";
import { checkFrame } from "./frame-rules.ts";
import { FrameWriter } from "./frame-writer.ts";
import { InboundWindow } from "./inbound-window.ts";
import { IncomingRequests, type RequestHost } from "./incoming-requests.ts";
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
import { RateLimit } from "./rate-limit.ts";
import { ReceiveWindow, type WindowedConnection } from "./receive-window.ts";
import { Http2Head, type RequestFields } from "./request.ts";
import { SendTurns } from "./send-turns.ts";
import { readSettings } from "./settings.ts";
import { Stream, type StreamHost } from "./stream.ts";
import { StreamTable } from "./stream-table.ts";

/** How long a client that is to go may take for its answer to a ping, and to close its end. */
const PATIENCE_MS = 1000;
/** How long it may take to read what there still is for it. */
const SLOW_READER_MS = 20_000;
/** Settings that a client may send at once, and each second: each costs work for every stream. */
const SETTINGS = { burst: 100, perSecond: 10 };
/** One HTTP/2 connection of a client (RFC 9113): its beginning, its windows, and its end. */
export class Connection implements FrameSink, RequestHost, StreamHost, WindowedConnection {
  readonly lifecycle: Lifecycle;
  readonly writer: FrameWriter;
  readonly turns: SendTurns;
  readonly streams: StreamTable = new StreamTable();
  /** Nothing more is read or sent. */
  isOver = false;
  readonly #socket: Socket;
  readonly #server: RpcServer;
  readonly #peer: NodePeer;
  readonly #preface = new PrefaceReader();
  readonly #reader = new FrameReader(this);
  readonly #requests: IncomingRequests;
  readonly #resetLimit: RateLimit;
  readonly #settingsLimit = new RateLimit(SETTINGS.burst, SETTINGS.perSecond);
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
  /** Until the client has said something. */
  readonly #handshake: NodeJS.Timeout;
  /** Goes on without a client that does not answer. */
  #timer: NodeJS.Timeout | undefined;

  constructor(socket: Socket, server: RpcServer, lifecycle: Lifecycle, limits: Http2Limits) {
    this.#socket = socket;
    this.#server = server;
    this.lifecycle = lifecycle;
    this.#peer = new NodePeer("2", () => socket);
    this.#requests = new IncomingRequests(this, limits);
    this.#resetLimit = new RateLimit(limits.resetBurst, limits.resetsPerSecond);
    this.writer = new FrameWriter(socket, () => this.#written());
    this.turns = new SendTurns(this.writer.output, (work) => this.#guard(work));
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
    this.#handshake = setTimeout(() => socket.destroy(), limits.handshakeTimeoutMs);
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
    this.#requests.checkNext(type === FrameType.CONTINUATION, id);
    if (!this.#hasSettings && (type !== FrameType.SETTINGS || (flags & Flag.ACK) !== 0)) {
      throw new ConnectionFault(ErrorCode.PROTOCOL_ERROR, "no settings in the beginning");
    }
    if (type === FrameType.DATA) this.#requests.dataBegins(id, flags, length);
  }

  dataComes(bytes: Buffer): void {
    this.#requests.dataComes(bytes);
  }

  dataEnds(): void {
    this.#requests.dataEnds();
  }

  frame(type: number, flags: number, id: number, payload: Buffer): void {
    switch (type) {
      case FrameType.HEADERS:
        this.#requests.headersCome(id, flags, payload);
        break;
      case FrameType.CONTINUATION:
        this.#requests.continuationComes(id, flags, payload);
        break;
      case FrameType.RST_STREAM:
        this.#requests.resetComes(id);
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

  openStream(id: number, request: RequestFields, refusal: GrpcError | undefined): Stream {
    const head = new Http2Head(request, this.#peer, refusal);
    const window = InboundWindow.ofStream(this.#streamBytes, this.#isAcknowledged);
    const stream = new Stream(this, id, window, this.#clientStreamBytes, head, request.contentLength);
    this.streams.add(stream);
    stream.begin(this.#server, head);
    return stream;
  }

  take(bytes: number): void {
    if (this.#window.take(bytes)) return;
    throw new ConnectionFault(ErrorCode.FLOW_CONTROL_ERROR, "more than the connection's window");
  }

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
    this.streams.close(stream.id, isReset);
    this.#closeIfDone();
  }

  growWindows(streamBytes: number, connectionBytes: number): void {
    this.#streamBytes = streamBytes;
    this.writer.settings([[Setting.INITIAL_WINDOW_SIZE, streamBytes]]);
    for (const stream of this.streams.all()) stream.window.grow(streamBytes, true);
    this.#window.grow(connectionBytes, false);
    this.wasDropped(0);
  }

  #take(chunk: Buffer): void {
    if (this.isOver) return;
    this.#guard(() => {
      this.#reader.push(this.#preface.push(chunk));
      if (this.#ending.length > 0) for (const stream of this.#ending.splice(0)) stream.deliverEnd();
    });
    if (!this.writer.output.isOverfull) return;
    this.#isReading = false;
    this.#socket.pause();
  }

  /** Whatever goes wrong ends this connection, and no other. */
  #guard(work: () => void): void {
    try {
      work();
    } catch (error) {
      if (!(error instanceof ConnectionFault)) console.error("railhead: an HTTP/2 connection failed:", error);
      this.#fail(
        error instanceof ConnectionFault ? error : new ConnectionFault(ErrorCode.INTERNAL_ERROR, ""),
      );
    }
  }

  #written(): void {
    this.turns.wake();
    if (this.#isReading || this.writer.output.isOverfull) return;
    this.#isReading = true;
    this.#socket.resume();
  }

  #settingsCome(flags: number, payload: Buffer): void {
    if ((flags & Flag.ACK) !== 0) {
      this.#isAcknowledged = true;
      this.#growth.acknowledged();
      return;
    }
    if (!this.#settingsLimit.take()) {
      throw new ConnectionFault(ErrorCode.ENHANCE_YOUR_CALM, "too many settings");
    }
    clearTimeout(this.#handshake);
    this.#hasSettings = true;
    const { windowBytes, tableBytes } = readSettings(payload);
    for (const bytes of tableBytes) this.writer.resizeTable(bytes);
    this.writer.acknowledgeSettings();
    if (windowBytes !== undefined) this.#resizeSendWindows(windowBytes);
  }

  /** Section 6.9.2. */
  #resizeSendWindows(streamBytes: number): void {
    const grown = streamBytes - this.#clientStreamBytes;
    if (grown === 0) return;
    this.#clientStreamBytes = streamBytes;
    for (const stream of this.streams.all()) {
      if (stream.sendWindow + grown > MAX_UINT31) {
        throw new ConnectionFault(ErrorCode.FLOW_CONTROL_ERROR, "a window that is too large");
      }
      stream.openSendWindow(grown);
    }
  }

  #windowOpens(id: number, bytes: number): void {
    if (id === 0) this.turns.open(bytes);
    else this.#requests.windowOpens(id, bytes);
  }

  #sayGoodbye(): void {
    clearTimeout(this.#timer);
    if (this.streams.isComplete || this.isOver) return;
    this.streams.isComplete = true;
    this.writer.goaway(this.streams.last, ErrorCode.NO_ERROR, "");
    this.#closeIfDone();
  }

  #closeIfDone(): void {
    if (this.streams.isComplete && this.streams.size === 0) this.#leave();
  }

  #fail({ code, message }: ConnectionFault): void {
    this.writer.goaway(this.streams.last, code, message);
    this.#leave();
  }

  /** Sends what there is and closes this end; the client has a moment to close its own. */
  #leave(): void {
    if (this.isOver) return;
    const cut = (): void => this.destroy();
    this.#socket.once("finish", () => {
      clearTimeout(this.#timer);
      this.#timer = setTimeout(cut, PATIENCE_MS).unref();
    });
    this.#end();
    this.#timer = setTimeout(cut, SLOW_READER_MS).unref();
  }

  #end(): void {
    clearTimeout(this.#handshake);
    clearTimeout(this.#timer);
    if (this.isOver) return;
    this.isOver = true;
    for (const stream of this.streams.all()) stream.lost("connection-lost");
    this.writer.output.end();
  }
}

/** What there is in a ping of ours: they are answered in their order. */
const PING = Buffer.alloc(8);
