import type { IncomingHttpHeaders, ServerHttp2Stream } from "node:http2";
import type {
  CancelReason,
  Capabilities,
  HeaderList,
  Inbound,
  Outbound,
  Pieces,
  RpcServer,
} from "@railhead/core/transport";
import { NodeHead } from "./head.ts";
import { headerBlock } from "./headers.ts";
import { ErrorCode } from "./http2/protocol.ts";
import type { ActiveCall, Lifecycle } from "./lifecycle.ts";
import { PausedStream } from "./paused-stream.ts";
import { endWithPieces, writePieces } from "./pieces.ts";
import { NodePeer } from "./platform.ts";

const HTTP2: Capabilities = { trailers: true };

/** Serves one stream of a server of Node's own. */
export function serveStream(
  server: RpcServer,
  lifecycle: Lifecycle,
  stream: ServerHttp2Stream,
  headers: IncomingHttpHeaders,
  rawHeaders: readonly string[],
): void {
  const peer = new NodePeer("2", () => stream.session?.socket);
  const method = String(headers[":method"] ?? "");
  const head = new NodeHead(method, String(headers[":path"] ?? ""), headers, rawHeaders, peer);
  const call = new Http2Call(stream, lifecycle);
  call.connect(server.accept(head, call, HTTP2));
  if (headers.expect === "100-continue") call.invite();
}

/** Where a stream keeps its call, for listeners that all streams share. */
const CALL = Symbol("railhead.call");
type CallStream = ServerHttp2Stream & { [CALL]?: Http2Call | undefined };

/**
 * One call on one HTTP/2 stream: a small state machine on the stream's events. (An async iterator over an HTTP/2
 * stream ends with ERR_STREAM_PREMATURE_CLOSE when the peer resets it.)
 *
 * Node's tables keep closed streams reachable until the next full collection, so that whatever hangs on a stream is
 * copied into the old generation call by call. The listeners therefore hold nothing, and "close" cuts the stream loose.
 */
class Http2Call implements Outbound, ActiveCall {
  previous: ActiveCall | undefined;
  next: ActiveCall | undefined;
  readonly #stream: CallStream;
  readonly #lifecycle: Lifecycle;
  #inbound: Inbound | undefined;
  #trailers: HeaderList | undefined;
  /** Set while the core takes no more of the request. */
  #paused: PausedStream | undefined;
  /** The core has ended the response, or the call was cancelled. */
  #over = false;
  /** The client has ended its request. */
  #requestEnded = false;

  constructor(stream: ServerHttp2Stream, lifecycle: Lifecycle) {
    this.#stream = stream;
    this.#lifecycle = lifecycle;
    this.#stream[CALL] = this;
    // "close" follows every error and carries what is needed.
    stream.on("error", ignore);
  }

  connect(inbound: Inbound): void {
    const stream = this.#stream;
    this.#inbound = inbound;
    stream.on("end", onEnd);
    stream.on("close", onClose);
    if (inbound.appetite === "none") {
      stream.resume();
      return;
    }
    if (!this.#over) this.#lifecycle.begin(this);
    stream.on("data", onData);
    stream.on("drain", onDrain);
    stream.on("aborted", onAborted);
  }

  take(chunk: Buffer): void {
    if (this.#inbound?.receive(chunk) === false) this.#paused ??= new PausedStream(this.#stream);
  }

  requestEnded(): void {
    this.#requestEnded = true;
    // A client that cancels ends its request first and resets it right behind; Node tells of the end before it has
    // looked at the reset. A stream of messages must not pass for complete then.
    if (this.#inbound?.appetite === "messages") setImmediate(() => this.#endRequest());
    else this.#endRequest();
  }

  drained(): void {
    this.#inbound?.drained();
  }

  lost(): void {
    this.#paused?.drop();
    this.#paused = undefined;
    this.cancel(this.#stream.rstCode === ErrorCode.CANCEL ? "client-reset" : "connection-lost");
  }

  sendTrailers(): void {
    this.#guard(() => this.#stream.sendTrailers(headerBlock(this.#trailers)));
    this.stopReading();
  }

  /** Answers "expect: 100-continue", unless the call is answered already. */
  invite(): void {
    if (!this.#stream.headersSent) this.#guard(() => this.#stream.additionalHeaders({ ":status": 100 }));
  }

  /** Ends the call for a reason that is not the core's. */
  cancel(reason: CancelReason): void {
    if (this.#over) return;
    this.#end();
    this.#inbound?.cancel(reason);
  }

  respond(status: number, headers: HeaderList, body?: Pieces, trailers?: HeaderList): void {
    if (body === undefined && trailers === undefined) {
      this.#end();
      this.#guard(() => this.#stream.respond(headerBlock(headers, status), { endStream: true }));
      this.stopReading();
      return;
    }
    this.#guard(() => {
      this.#stream.respond(headerBlock(headers, status), { waitForTrailers: trailers !== undefined });
      this.#finish(trailers, body);
    });
  }

  start(status: number, headers: HeaderList): void {
    this.#guard(() => this.#stream.respond(headerBlock(headers, status), { waitForTrailers: true }));
  }

  write(pieces: Pieces): boolean {
    return this.#isGone ? false : writePieces(this.#stream, pieces);
  }

  finish(trailers?: HeaderList): void {
    this.#guard(() => this.#finish(trailers ?? []));
  }

  resumeReading(): void {
    if (!this.#isGone) this.#resume();
  }

  #resume(): void {
    const paused = this.#paused;
    this.#paused = undefined;
    if (paused === undefined) this.#stream.resume();
    else paused.resume();
  }

  get #isGone(): boolean {
    return this.#stream.destroyed || this.#stream.closed;
  }

  /** Node ends the readable side of a stream that was reset, too. */
  #endRequest(): void {
    if (this.#isGone) this.cancel("client-reset");
    else this.#inbound?.end();
  }

  #end(): void {
    this.#over = true;
    this.#lifecycle.end(this);
  }

  #finish(trailers: HeaderList | undefined, body?: Pieces): void {
    this.#end();
    const stream = this.#stream;
    if (trailers === undefined) stream.on("finish", onFinish);
    else {
      this.#trailers = trailers;
      stream.on("wantTrailers", onWantTrailers);
    }
    if (body === undefined) stream.end();
    else endWithPieces(stream, body);
  }

  /** The response is complete: what the client still sends is of no use (RFC 9113, section 8.1: NO_ERROR). */
  stopReading(): void {
    if (this.#requestEnded) return;
    this.#resume();
    // Behind the frames that are on their way.
    setImmediate(() => {
      if (!this.#requestEnded && !this.#isGone) this.#stream.close(ErrorCode.NO_ERROR);
    });
  }

  /** A stream can be gone at any moment; its methods throw then. */
  #guard(send: () => void): void {
    if (this.#isGone) return;
    try {
      send();
    } catch (error) {
      // Such as two values of a field that Node holds to be single.
      console.error("railhead: node:http2 refused a response:", error);
      this.cancel("connection-lost");
      this.#stream.close(ErrorCode.INTERNAL_ERROR);
    }
  }
}

function ignore(): void {}

function onData(this: CallStream, chunk: Buffer): void {
  this[CALL]?.take(chunk);
}

function onEnd(this: CallStream): void {
  this[CALL]?.requestEnded();
}

function onDrain(this: CallStream): void {
  this[CALL]?.drained();
}

function onAborted(this: CallStream): void {
  this[CALL]?.lost();
}

function onFinish(this: CallStream): void {
  this[CALL]?.stopReading();
}

function onWantTrailers(this: CallStream): void {
  this[CALL]?.sendTrailers();
}

function onClose(this: CallStream): void {
  this[CALL]?.lost();
  this[CALL] = undefined;
}
