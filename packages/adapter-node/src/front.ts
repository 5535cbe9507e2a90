import type http from "node:http";
import type { Socket } from "node:net";
import type { TLSSocket } from "node:tls";
import type { RpcServer } from "@railhead/core/transport";
import { MAX_INT32 } from "./checked-options.ts";
import { Connections } from "./connections.ts";
import { serveRequest } from "./http1-call.ts";
import { Connection } from "./http2/connection.ts";
import type { Http2Limits } from "./http2/limits.ts";
import { PREFACE } from "./http2/preface.ts";
import { windowsOf } from "./http2/receive-window.ts";
import type { Lifecycle } from "./lifecycle.ts";
import { DEFAULT_MAX_CALLS, type ServeOptions } from "./options.ts";
import { jitteredAge, pingIntervalOf, Sessions } from "./sessions.ts";
import { tlsOptions } from "./tls-options.ts";

/**
 * Not by `import`: that reads every export of a module, and a few of this one's load all of undici, which costs a start
 * some 30 ms and 10 MB.
 */
const { createServer: createHttpServer } = process.getBuiltinModule("node:http");
const DEFAULT_METADATA_BYTES = 16 * 1024;
const DEFAULT_HANDSHAKE_MS = 10_000;

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
  const limits = http2Limits(options);
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
      const connection = new Connection(socket, server, lifecycle, limits);
      sessions.add(connection, socket);
      if (lifecycle.isDraining) connection.closeGracefully();
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
  const handshakeTimeout = options.handshakeTimeoutMs ?? DEFAULT_HANDSHAKE_MS;
  const https = process.getBuiltinModule("node:https");
  return https.createServer({ ...http1, ...tlsOptions(options.tls), handshakeTimeout }, onRequest);
}

/** Twice the limit on metadata, so that it is the core that says what is too much; as whole a number as Node wants. */
function maxHeaderBytesOf({ maxMetadataBytes = DEFAULT_METADATA_BYTES }: ServeOptions): number {
  return Math.min(Math.ceil(2 * maxMetadataBytes) + 16 * 1024, MAX_INT32);
}

function http2Limits(options: ServeOptions): Http2Limits {
  const { burst = 10_000, perSecond = 1000 } = options.streamResets ?? {};
  return {
    windows: windowsOf(options),
    maxConcurrentStreams: options.maxConcurrentStreams ?? DEFAULT_MAX_CALLS,
    maxHeaderListBytes: maxHeaderBytesOf(options),
    resetBurst: burst,
    resetsPerSecond: perSecond,
    handshakeTimeoutMs: options.handshakeTimeoutMs ?? DEFAULT_HANDSHAKE_MS,
  };
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
  const timer = setTimeout(() => socket.destroy(), options.handshakeTimeoutMs ?? DEFAULT_HANDSHAKE_MS);
  socket.once("close", () => clearTimeout(timer));
  let seen = Buffer.alloc(0);
  const onReadable = (): void => {
    const chunk: Buffer | null = socket.read();
    if (chunk === null) return;
    seen = Buffer.concat([seen, chunk]);
    const compared = Math.min(seen.length, PREFACE.length);
    const isSame = seen.subarray(0, compared).equals(PREFACE.subarray(0, compared));
    if (isSame && compared < PREFACE.length) return;
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
