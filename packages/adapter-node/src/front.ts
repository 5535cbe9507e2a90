import type http from "node:http";
import http2 from "node:http2";
import https from "node:https";
import type { Socket } from "node:net";
import type { TLSSocket } from "node:tls";
import type { RpcServer } from "@railhead/core/transport";
import { MAX_INT32 } from "./checked-options.ts";
import { Connections } from "./connections.ts";
import { serveRequest } from "./http1-call.ts";
import { serveStream } from "./http2-call.ts";
import type { Lifecycle } from "./lifecycle.ts";
import { DEFAULT_MAX_CALLS, type ServeOptions } from "./options.ts";
import { ReceiveWindow, windowsOf } from "./receive-window.ts";
import { jitteredAge, pingIntervalOf, Sessions } from "./sessions.ts";
import { tlsOptions } from "./tls-options.ts";

/**
 * Not by `import`: that reads every export of a module, and a few of this one's load all of undici, which costs a start
 * some 30 ms and 10 MB.
 */
const { createServer: createHttpServer } = process.getBuiltinModule("node:http");
/** The first bytes of every HTTP/2 connection without TLS (RFC 9113, section 3.4); no HTTP/1.1 method starts so. */
const HTTP2_PREFACE = Buffer.from("PRI * HTTP/2.0");
const DEFAULT_METADATA_BYTES = 16 * 1024;
/**
 * No limit, in effect: Node counts what a reset response still had to send for ever, and a connection whose client
 * cancels now and then would wear out. Memory is bounded by streams times windows, and by backpressure.
 */
const MAX_SESSION_MEMORY_MB = 1_000_000;

/** One listening port that speaks HTTP/1.1 and HTTP/2. */
export interface Front {
  readonly server: http.Server;
  readonly sessions: Sessions;
  readonly connections: Connections;
}

/**
 * An HTTP/1.1 server is the one that listens, so that Node's own time-outs and its tracking of idle connections are
 * in force; connections that turn out to speak HTTP/2 are handed to a second server that never listens.
 */
export function createFront(server: RpcServer, lifecycle: Lifecycle, options: ServeOptions): Front {
  const sessions = new Sessions(options);
  const connections = new Connections();
  const h2 = createHttp2Server(server, lifecycle, sessions, connections, options);
  const agedSockets = new WeakSet<Socket>();
  const onRequest = (request: http.IncomingMessage, response: http.ServerResponse): void => {
    serveRequest(server, lifecycle, request, response, {
      mustClose: () => lifecycle.isDraining || agedSockets.has(request.socket),
      maxCalls: options.maxConcurrentStreams ?? DEFAULT_MAX_CALLS,
    });
  };
  const front = createHttp1Server(onRequest, options);
  // Their size is limited, and by the core before that.
  front.maxHeadersCount = 0;
  const event = options.tls === undefined ? "connection" : "secureConnection";
  const [toHttp1] = front.listeners(event) as ((socket: Socket) => void)[];
  front.removeAllListeners(event);
  front.prependListener("connection", (socket: Socket) => connections.add(socket));
  const dispatch = (socket: Socket, isHttp2: boolean): void => {
    connections.spoke(socket);
    if (isHttp2) {
      // HTTP/1.1 servers let clients close their half and still answer; HTTP/2 has no use for half a connection, and
      // its calls would not notice that the client is gone.
      socket.once("end", () => socket.destroySoon());
      h2.emit("connection", socket);
      return;
    }
    ageSocket(socket, agedSockets, options);
    toHttp1?.call(front, socket);
  };
  if (options.tls === undefined) front.on(event, (socket: Socket) => peek(socket, options, dispatch));
  else front.on(event, (socket: TLSSocket) => dispatch(socket, socket.alpnProtocol === "h2"));
  return { server: front, sessions, connections };
}

function createHttp1Server(onRequest: http.RequestListener, options: ServeOptions): http.Server {
  const maxHeaderSize = maxHeaderBytesOf(options);
  const intervalMs = pingIntervalOf(options);
  const http1 = {
    maxHeaderSize,
    // TCP's own pings: HTTP/1.1 has none, and a silent stream to a client that vanished would never end.
    keepAlive: intervalMs !== undefined,
    keepAliveInitialDelay: intervalMs ?? 0,
  };
  if (options.tls === undefined) return createHttpServer(http1, onRequest);
  const handshakeTimeout = options.handshakeTimeoutMs ?? 10_000;
  return https.createServer({ ...http1, ...tlsOptions(options.tls), handshakeTimeout }, onRequest);
}

/** Twice the limit on metadata, so that it is the core that says what is too much; as whole a number as Node wants. */
function maxHeaderBytesOf({ maxMetadataBytes = DEFAULT_METADATA_BYTES }: ServeOptions): number {
  return Math.min(Math.ceil(2 * maxMetadataBytes) + 16 * 1024, MAX_INT32);
}

function createHttp2Server(
  server: RpcServer,
  lifecycle: Lifecycle,
  sessions: Sessions,
  connections: Connections,
  options: ServeOptions,
): http2.Http2Server {
  const windows = windowsOf(options);
  const { burst = 10_000, perSecond = 1000 } = options.streamResets ?? {};
  const maxHeaderBytes = maxHeaderBytesOf(options);
  const h2 = http2.createServer({
    maxSessionMemory: MAX_SESSION_MEMORY_MB,
    streamResetBurst: burst,
    streamResetRate: perSecond,
    // Node refuses streams that a client opens right behind its resets, for it counts those that were reset until its
    // event loop turns. By default it cuts the connection at a hundred; here, no sooner than for the resets themselves.
    maxSessionRejectedStreams: burst,
    // A field takes at least 33 bytes of the limit, so this many pairs are never the tighter bound.
    maxHeaderListPairs: Math.ceil(maxHeaderBytes / 33),
    settings: {
      initialWindowSize: windows.streamBytes,
      maxConcurrentStreams: options.maxConcurrentStreams ?? DEFAULT_MAX_CALLS,
      maxHeaderListSize: maxHeaderBytes,
      enablePush: false,
    },
  });
  h2.on("session", (session) => {
    sessions.add(session, connections.cutterOf(session.socket));
    const window = new ReceiveWindow(session, windows);
    session.on("stream", (stream, headers, _flags, rawHeaders) => {
      serveStream(server, lifecycle, stream, headers, rawHeaders, window);
    });
    if (lifecycle.isDraining) session.close();
  });
  h2.on("sessionError", () => {});
  return h2;
}

/** Looks at the first bytes of a connection and gives them back. */
function peek(
  socket: Socket,
  options: ServeOptions,
  dispatch: (socket: Socket, isHttp2: boolean) => void,
): void {
  const onError = (): void => {};
  socket.on("error", onError);
  // Half a connection is kept open for answers; nothing was asked here. Load balancers look so whether a port is open.
  const onEnd = (): void => void socket.destroy();
  socket.on("end", onEnd);
  // For all of it, not from byte to byte.
  const timer = setTimeout(() => socket.destroy(), options.handshakeTimeoutMs ?? 10_000);
  socket.once("close", () => clearTimeout(timer));
  let seen = Buffer.alloc(0);
  const onReadable = (): void => {
    const chunk: Buffer | null = socket.read();
    if (chunk === null) return;
    seen = Buffer.concat([seen, chunk]);
    const compared = Math.min(seen.length, HTTP2_PREFACE.length);
    const isSame = seen.subarray(0, compared).equals(HTTP2_PREFACE.subarray(0, compared));
    if (isSame && compared < HTTP2_PREFACE.length) return;
    socket.off("readable", onReadable);
    socket.off("end", onEnd);
    clearTimeout(timer);
    socket.unshift(seen);
    dispatch(socket, isSame);
    socket.off("error", onError);
  };
  socket.on("readable", onReadable);
}

function ageSocket(socket: Socket, aged: WeakSet<Socket>, options: ServeOptions): void {
  const ageMs = jitteredAge(options);
  if (ageMs === undefined) return;
  const timer = setTimeout(() => aged.add(socket), ageMs).unref();
  socket.once("close", () => clearTimeout(timer));
}
