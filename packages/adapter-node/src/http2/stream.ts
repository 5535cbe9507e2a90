import type {
  CancelReason,
  Capabilities,
  HeaderList,
  Inbound,
  Outbound,
  Pieces,
  RpcServer,
} from "@railhead/core/transport";
import type { ActiveCall, Lifecycle } from "../lifecycle.ts";
import type { FrameWriter } from "./frame-writer.ts";
import { HeldBytes } from "./held-bytes.ts";
import type { InboundWindow } from "./inbound-window.ts";
import { ErrorCode } from "./protocol.ts";
import type { Http2Head } from "./request.ts";
import { SendQueue } from "./send-queue.ts";
import type { Sender, SendTurns } from "./send-turns.ts";

const HTTP2: Capabilities = { trailers: true };

/** What a stream needs of its connection. */
export interface StreamHost {
  readonly lifecycle: Lifecycle;
  readonly writer: FrameWriter;
  readonly turns: SendTurns;
  /** Bytes of a request were read. @param takesMore false: its call takes no more for now */
  wasRead(stream: Stream, bytes: number, takesMore: boolean): void;
  /** Bytes of a request that nobody reads any more. */
  wasDropped(bytes: number): void;
  /** See `RequestHost`. */
  countReset(): void;
  /** Calls `deliverEnd` when all that came with the end has been looked at. */
  endSoon(stream: Stream): void;
  /** The stream is closed. @param isReset by this end: what the client has sent meanwhile is to be ignored */
  close(stream: Stream, isReset: boolean): void;
}

/** One stream of a connection (RFC 9113, section 5.1), and the call on it. */
export class Stream implements Outbound, ActiveCall, Sender {
  previous: ActiveCall | undefined;
  next: ActiveCall | undefined;
  readonly id: number;
  /** What the client may send. */
  readonly window: InboundWindow;
  sendWindow: number;
  isWaiting = false;
  /** The client has ended its request. */
  requestEnded = false;
  /** Nothing more is read or sent. */
  isClosed = false;
  readonly #host: StreamHost;
  readonly #isHead: boolean;
  /** Bytes of the announced body that have not come yet; -1: none were announced. */
  #expected: number;
  #inbound: Inbound | undefined;
  /** The core has ended the response, or the call was cancelled. */
  #isOver = false;
  /** Why it was cancelled, where that came before there was something to tell. */
  #cancelled: CancelReason | undefined;
  #headSent = false;
  /** The core takes no more of the request. */
  #isPaused = false;
  #isResuming = false;
  /** What has come since. */
  #held: HeldBytes | undefined;
  readonly #queue = new SendQueue();
  /** The response ends behind the queue. */
  #isComplete = false;
  #trailers: HeaderList = [];
  #endSent = false;
  /** `write` has returned false. */
  #owesDrained = false;

  /** @param expected the length of the body, if one is announced; else -1 */
  constructor(
    host: StreamHost,
    id: number,
    window: InboundWindow,
    sendWindow: number,
    head: Http2Head,
    expected: number,
  ) {
    this.#host = host;
    this.id = id;
    this.window = window;
    this.sendWindow = sendWindow;
    this.#isHead = head.method === "HEAD";
    this.#expected = expected;
  }

  /** Begins the call. */
  begin(server: RpcServer, head: Http2Head): void {
    this.#inbound = server.accept(head, this, HTTP2);
    if (this.#cancelled !== undefined) this.#inbound.cancel(this.#cancelled);
    if (this.#isOver) return;
    this.#host.lifecycle.begin(this);
    if (!this.#headSent && head.headers.get("expect") === "100-continue")
      this.#host.writer.invitation(this.id);
  }

  // The client's side.

  receive(bytes: Buffer): void {
    if (this.#expected >= 0) {
      this.#expected -= bytes.length;
      if (this.#expected < 0) {
        this.#host.wasDropped(bytes.length);
        this.fail(ErrorCode.PROTOCOL_ERROR);
        return;
      }
    }
    if (this.#isPaused) this.#hold(bytes);
    else this.#handOn(bytes);
  }

  endRequest(): void {
    // A length that is not kept (section 8.1.1).
    if (this.#expected > 0) {
      this.fail(ErrorCode.PROTOCOL_ERROR);
      return;
    }
    this.requestEnded = true;
    if (this.#endSent) this.#close(false);
    // A client that cancels may end its request first: a stream of messages must not pass for complete then.
    else if (this.#inbound?.appetite === "messages") this.#host.endSoon(this);
    else this.deliverEnd();
  }

  deliverEnd(): void {
    if (!this.#isPaused && !this.#isOver) this.#inbound?.end();
  }

  /** The client has reset the stream, or the connection is gone. */
  lost(reason: CancelReason): void {
    this.#close(false);
    this.cancel(reason);
  }

  /** Resets the stream of a client that broke a rule. */
  fail(code: ErrorCode): void {
    this.#reset(code);
    this.cancel("client-reset");
    this.#host.countReset();
  }

  cancel(reason: CancelReason): void {
    if (this.#isOver) return;
    this.#end();
    if (this.#inbound === undefined) this.#cancelled = reason;
    else this.#inbound.cancel(reason);
  }

  // The core's side.

  respond(status: number, headers: HeaderList, body: Pieces = [], trailers: HeaderList = []): void {
    this.#end();
    const isEmpty = this.#isHead || (body.length === 0 && trailers.length === 0);
    if (!this.#sendHead(status, headers, isEmpty)) return;
    if (isEmpty) this.#ended();
    else {
      this.#queue.push(body);
      this.#complete(trailers);
    }
  }

  start(status: number, headers: HeaderList): void {
    this.#sendHead(status, headers, false);
  }

  write(pieces: Pieces): boolean {
    if (this.isClosed) return false;
    this.#queue.push(pieces);
    this.#send();
    this.#owesDrained = this.#queue.length > 0 || this.#host.turns.queue(this);
    return !this.#owesDrained;
  }

  finish(trailers: HeaderList = []): void {
    this.#end();
    if (!this.isClosed) this.#complete(trailers);
  }

  resumeReading(): void {
    if (!this.#isPaused || this.#isResuming) return;
    this.#isResuming = true;
    // The core is in the middle of something.
    process.nextTick(() => this.#resume());
  }

  // The connection's side.

  /** The client takes so much more, or less. */
  openSendWindow(bytes: number): void {
    this.sendWindow += bytes;
    this.sendNext();
  }

  sendNext(): void {
    this.#send();
    if (!this.#owesDrained || this.#queue.length > 0 || this.#host.turns.queue(this)) return;
    this.#owesDrained = false;
    if (!this.#isOver) this.#inbound?.drained();
  }

  #hold(bytes: Buffer): void {
    this.#held ??= new HeldBytes();
    this.#held.push(bytes);
  }

  #handOn(bytes: Buffer): void {
    // Before the core has it: the bytes are its own then.
    const { length } = bytes;
    if (!this.#isOver) this.#isPaused = this.#inbound?.receive(bytes) === false;
    if (this.#isOver) this.#host.wasDropped(length);
    else this.#host.wasRead(this, length, !this.#isPaused);
  }

  #resume(): void {
    this.#isResuming = false;
    this.#isPaused = false;
    while (!this.#isPaused && !this.isClosed) {
      const bytes = this.#held?.shift();
      if (bytes === undefined) break;
      this.#handOn(bytes);
    }
    if (this.requestEnded) this.deliverEnd();
  }

  /** @returns whether the response can go on */
  #sendHead(status: number, headers: HeaderList, endsStream: boolean): boolean {
    this.#headSent = true;
    this.#endSent = endsStream;
    return this.#try(() => this.#host.writer.head(this.id, status, headers, endsStream));
  }

  #complete(trailers: HeaderList): void {
    this.#isComplete = true;
    this.#trailers = trailers;
    this.#send();
  }

  /** Sends what windows and socket take. */
  #send(): void {
    const { turns, writer } = this.#host;
    while (this.#queue.length > 0) {
      const bytes = turns.grant(this, this.#queue.length);
      if (bytes === 0) return;
      if (!this.#queue.isIntact) {
        this.#giveUp(new TypeError("the memory of a message is gone: a handler transferred it elsewhere"));
        return;
      }
      const isLast = this.#isComplete && bytes === this.#queue.length && this.#trailers.length === 0;
      this.#endSent = isLast;
      writer.dataHead(this.id, bytes, isLast);
      this.#queue.moveTo(writer.output, bytes);
    }
    if (this.#isComplete && !this.isClosed) this.#sendEnd();
  }

  #sendEnd(): void {
    const { writer } = this.#host;
    if (!this.#endSent) {
      if (this.#trailers.length === 0) writer.dataHead(this.id, 0, true);
      else if (!this.#try(() => writer.trailers(this.id, this.#trailers))) return;
    }
    this.#ended();
  }

  /** The response is complete: what the client still sends is of no use (section 8.1). */
  #ended(): void {
    this.#isComplete = false;
    this.#endSent = true;
    if (this.requestEnded) this.#close(false);
    // Behind the frames that are on their way.
    else setImmediate(() => this.#reset(ErrorCode.NO_ERROR));
  }

  /** @returns false for a closed stream, and where the block is too large to be sent: the call ends then */
  #try(send: () => void): boolean {
    if (this.isClosed) return false;
    try {
      send();
      return true;
    } catch (error) {
      this.#giveUp(error);
      return false;
    }
  }

  #giveUp(error: unknown): void {
    console.error("railhead: HTTP/2 cannot carry a response:", error);
    this.cancel("connection-lost");
    this.#reset(ErrorCode.INTERNAL_ERROR);
  }

  #end(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#host.lifecycle.end(this);
  }

  #reset(code: ErrorCode): void {
    if (this.isClosed) return;
    this.#host.writer.reset(this.id, code);
    this.#close(true);
  }

  #close(isReset: boolean): void {
    if (this.isClosed) return;
    this.isClosed = true;
    this.#queue.clear();
    this.#trailers = [];
    this.#host.turns.forget(this);
    if (this.#held !== undefined) this.#host.wasDropped(this.#held.length);
    this.#held = undefined;
    this.#host.close(this, isReset);
  }
}
