import type { IncomingMessage, ServerResponse } from "node:http";
import type { Socket } from "node:net";
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
import { headersObject } from "./headers.ts";
import type { ActiveCall, Lifecycle } from "./lifecycle.ts";
import { endWithPieces, writePieces } from "./pieces.ts";
import { NodePeer } from "./platform.ts";

/** Clients of HTTP/1.1 rarely read trailers, and gRPC does not exist there. */
const HTTP1: Capabilities = { trailers: false };

/**
 * Bytes of a request that are read and thrown away behind its response, so that a client which reads only after it has
 * sent gets the response; beyond them the connection is cut.
 */
const MAX_DISCARDED_BYTES = 4 * 1024 * 1024;

/**
 * Refusals wait for requests up to this long. Clients may give up one that is answered before it is sent (connect-go
 * does), and its connection with it.
 */
const SHORT_REQUEST_BYTES = 64 * 1024;
/** How long they wait: a client that stalls hears why it is refused all the same. */
const PATIENCE_MS = 1000;

/** What is to be known of the connection that a request came by. */
export interface Http1Connection {
  /** Whether it ends with the response. */
  mustClose(): boolean;
  /** Calls at a time. */
  readonly maxCalls: number;
}

/** Serves one HTTP/1.1 request. */
export function serveRequest(
  server: RpcServer,
  lifecycle: Lifecycle,
  request: IncomingMessage,
  response: ServerResponse,
  connection: Http1Connection,
): void {
  const { socket } = request;
  // HTTP/1.1 cannot refuse a call that is not its turn. Node goes on with what it had read before.
  if (callsOn(socket).size >= connection.maxCalls) socket.destroy();
  if (socket.destroyed) return;
  const peer = new NodePeer("1.1", () => socket);
  const head = new NodeHead(
    request.method ?? "",
    request.url ?? "",
    request.headers,
    request.rawHeaders,
    peer,
  );
  const call = new Http1Call(request, response, connection, lifecycle);
  call.connect(server.accept(head, call, HTTP1));
}

/**
 * The calls of each connection. Node ends a connection whose client has closed its half, but only behind what is still
 * to be written, which a client that is gone never reads.
 */
const callsOf = new WeakMap<Socket, Set<Http1Call>>();

function callsOn(socket: Socket): Set<Http1Call> {
  const known = callsOf.get(socket);
  if (known !== undefined) return known;
  const calls = new Set<Http1Call>();
  callsOf.set(socket, calls);
  const abandonAll = (): void => {
    for (const call of calls) call.abandon();
  };
  socket.once("end", abandonAll);
  // Node 22 tells the call whose turn it is alone.
  socket.once("close", abandonAll);
  return calls;
}

class Http1Call implements Outbound, ActiveCall {
  previous: ActiveCall | undefined;
  next: ActiveCall | undefined;
  readonly #request: IncomingMessage;
  readonly #response: ServerResponse;
  readonly #connection: Http1Connection;
  readonly #lifecycle: Lifecycle;
  readonly #siblings: Set<Http1Call>;
  #inbound: Inbound | undefined;
  /** The core has ended the response, or the call was cancelled. */
  #over = false;
  #discardedBytes = 0;

  constructor(
    request: IncomingMessage,
    response: ServerResponse,
    connection: Http1Connection,
    lifecycle: Lifecycle,
  ) {
    this.#lifecycle = lifecycle;
    this.#siblings = callsOn(request.socket);
    this.#request = request;
    this.#response = response;
    this.#connection = connection;
    // "close" follows every error and carries what is needed.
    request.on("error", () => {});
    response.on("error", () => {});
  }

  connect(inbound: Inbound): void {
    this.#inbound = inbound;
    if (!this.#over) {
      this.#lifecycle.begin(this);
      this.#siblings.add(this);
    }
    this.#request.on("data", (chunk: Buffer) => {
      if (this.#over) this.#discard(chunk);
      else if (!inbound.receive(chunk)) this.#request.pause();
    });
    this.#request.on("end", () => inbound.end());
    // A socket that takes everything at once drains before the event loop turns: without a turn of its own, a handler
    // that never waits for anything would keep deadlines from coming, its own and everybody's.
    this.#response.on("drain", () => setImmediate(() => inbound.drained()));
    // Its head may have promised otherwise, before the server began to drain.
    this.#response.on("finish", () => {
      if (this.#connection.mustClose()) this.#request.socket.destroySoon();
    });
    // HTTP/1.1 has no reset: a client cancels by closing the connection.
    this.#response.on("close", () => this.cancel("client-reset"));
  }

  /** Ends the call for a reason that is not the core's. */
  cancel(reason: CancelReason): void {
    if (this.#over) return;
    this.#leave();
    this.#inbound?.cancel(reason);
  }

  /** The client is gone, and what was written for it is of no use. */
  abandon(): void {
    this.cancel("client-reset");
    this.#response.destroy();
  }

  respond(status: number, headers: HeaderList, body: Pieces = []): void {
    const length = ["content-length", String(body.reduce((sum, piece) => sum + piece.length, 0))];
    const send = (): void => {
      this.#head(status, status === 204 ? headers : [...headers, ...length]);
      this.#end(body);
    };
    if (this.#inbound !== undefined || !isShort(this.#request)) {
      send();
      return;
    }
    this.#leave();
    const timer = setTimeout(() => {
      this.#request.off("end", sendAtEnd);
      send();
    }, PATIENCE_MS);
    const sendAtEnd = (): void => {
      clearTimeout(timer);
      send();
    };
    this.#request.once("end", sendAtEnd);
  }

  start(status: number, headers: HeaderList): void {
    this.#head(status, headers);
  }

  write(pieces: Pieces): boolean {
    return this.#response.destroyed ? false : writePieces(this.#response, pieces);
  }

  finish(): void {
    this.#end();
  }

  resumeReading(): void {
    this.#request.resume();
  }

  #head(status: number, headers: HeaderList): void {
    if (this.#response.headersSent || this.#response.destroyed) return;
    const all = headersObject(headers);
    if (this.#connection.mustClose()) all.connection = "close";
    this.#response.writeHead(status, all);
  }

  #leave(): void {
    this.#over = true;
    this.#lifecycle.end(this);
    this.#siblings.delete(this);
  }

  #end(body: Pieces = []): void {
    this.#leave();
    if (this.#response.destroyed) return;
    if (body.length === 0) this.#response.end();
    else endWithPieces(this.#response, body);
    this.#request.resume();
  }

  #discard(chunk: Buffer): void {
    this.#discardedBytes += chunk.length;
    if (this.#discardedBytes > MAX_DISCARDED_BYTES) this.#request.destroy();
  }
}

/** Whether the rest of a request is worth waiting for. */
function isShort({ headers, readableEnded }: IncomingMessage): boolean {
  const announced = Number(headers["content-length"] ?? 0);
  return announced > 0 && announced <= SHORT_REQUEST_BYTES && !readableEnded;
}
