import { constants, type IncomingHttpHeaders, type ServerHttp2Stream } from "node:http2";
import type {
  CancelReason,
  Capabilities,
  HeaderList,
  Inbound,
  Outbound,
  ResetCode,
  RpcServer,
} from "@railhead/core/transport";
import { NodeHead } from "./head.ts";
import { headersObject } from "./headers.ts";
import type { ActiveCall, Lifecycle } from "./lifecycle.ts";
import { NodePeer } from "./platform.ts";

const HTTP2: Capabilities = { trailers: true };

const RESET_CODES = {
  cancel: constants.NGHTTP2_CANCEL,
  internal: constants.NGHTTP2_INTERNAL_ERROR,
  "no-error": constants.NGHTTP2_NO_ERROR,
} satisfies Record<ResetCode, number>;

/** Serves one HTTP/2 stream. */
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

/**
 * One call on one HTTP/2 stream: a small state machine on the stream's events. (An async iterator over an HTTP/2
 * stream ends with ERR_STREAM_PREMATURE_CLOSE when the peer resets it.)
 */
class Http2Call implements Outbound, ActiveCall {
  readonly #stream: ServerHttp2Stream;
  readonly #lifecycle: Lifecycle;
  #inbound: Inbound | undefined;
  /** The core has ended the response, or the call was cancelled. */
  #over = false;
  /** The client has ended its request. */
  #requestEnded = false;

  constructor(stream: ServerHttp2Stream, lifecycle: Lifecycle) {
    this.#stream = stream;
    this.#lifecycle = lifecycle;
    // "close" follows every error and carries what is needed.
    stream.on("error", () => {});
  }

  connect(inbound: Inbound): void {
    const stream = this.#stream;
    stream.on("end", () => {
      this.#requestEnded = true;
      // A client that cancels ends its request first and resets it right behind; Node tells of the end before it has
      // looked at the reset. A stream of messages must not pass for complete then.
      if (inbound.appetite === "messages") setImmediate(() => this.#endRequest(inbound));
      else this.#endRequest(inbound);
    });
    if (inbound.appetite === "none") {
      stream.resume();
      return;
    }
    this.#inbound = inbound;
    if (!this.#over) this.#lifecycle.begin(this);
    const onLost = (): void => {
      this.cancel(stream.rstCode === constants.NGHTTP2_CANCEL ? "client-reset" : "connection-lost");
    };
    stream.on("data", (chunk: Buffer) => {
      if (!inbound.receive(chunk)) stream.pause();
    });
    stream.on("drain", () => inbound.drained());
    stream.on("aborted", onLost);
    stream.on("close", onLost);
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

  respond(status: number, headers: HeaderList, body?: Uint8Array, trailers?: HeaderList): void {
    if (body === undefined && trailers === undefined) {
      this.#end();
      this.#guard(() => this.#stream.respond(headersObject(headers, status), { endStream: true }));
      this.#stopReading();
      return;
    }
    this.#guard(() => {
      this.#stream.respond(headersObject(headers, status), { waitForTrailers: trailers !== undefined });
      this.#finish(trailers, body);
    });
  }

  start(status: number, headers: HeaderList): void {
    this.#guard(() => this.#stream.respond(headersObject(headers, status), { waitForTrailers: true }));
  }

  write(chunk: Uint8Array): boolean {
    return this.#isGone ? false : this.#stream.write(chunk);
  }

  finish(trailers?: HeaderList): void {
    this.#guard(() => this.#finish(trailers ?? []));
  }

  reset(code: ResetCode): void {
    this.#end();
    if (!this.#isGone) this.#stream.close(RESET_CODES[code]);
  }

  resumeReading(): void {
    if (!this.#isGone) this.#stream.resume();
  }

  get #isGone(): boolean {
    return this.#stream.destroyed || this.#stream.closed;
  }

  /** Node ends the readable side of a stream that was reset, too. */
  #endRequest(inbound: Inbound): void {
    if (this.#isGone) this.cancel("client-reset");
    else inbound.end();
  }

  #end(): void {
    this.#over = true;
    this.#lifecycle.end(this);
  }

  #finish(trailers: HeaderList | undefined, body?: Uint8Array): void {
    this.#end();
    const stream = this.#stream;
    if (trailers === undefined) stream.once("finish", () => this.#stopReading());
    else {
      stream.once("wantTrailers", () => {
        this.#guard(() => stream.sendTrailers(headersObject(trailers)));
        this.#stopReading();
      });
    }
    if (body === undefined) stream.end();
    else stream.end(body);
  }

  /** The response is complete: what the client still sends is of no use (RFC 9113, section 8.1: NO_ERROR). */
  #stopReading(): void {
    if (this.#requestEnded) return;
    this.#stream.resume();
    // Behind the frames that are on their way.
    setImmediate(() => {
      if (!this.#requestEnded && !this.#isGone) this.#stream.close(constants.NGHTTP2_NO_ERROR);
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
      this.#stream.close(constants.NGHTTP2_INTERNAL_ERROR);
    }
  }
}
