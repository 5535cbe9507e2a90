import { chat, createUsers, echoBytes, echoText, GET_USER, listUsers, RAW } from "../exchanges.ts";
import { CONNECT, GRPC, GRPC_GZIP, GRPC_WEB } from "../wire/protocol.ts";
import type { Workload } from "./workload.ts";

const KIB = 1024;

const GRPC_SERVERS = {
  floor: "floor-http2",
  railhead: "railhead",
  "grpc-js": "grpc-js",
  "connect-es": "connect-http2",
} as const;
const HTTP1_SERVERS = {
  floor: "floor-http1",
  railhead: "railhead",
  "connect-es": "connect-http1",
} as const;
const WEB_HTTP2_SERVERS = {
  floor: "floor-web-http2",
  railhead: "railhead",
  "connect-es": "connect-http2",
} as const;

const OVER_H2C = { transport: "h2c", connections: 8, streams: 16 } as const;
const OVER_HTTP1 = { transport: "http1", connections: 32, streams: 1 } as const;

/** What Node's servers do under load. */
export const NODE_WORKLOADS = {
  unary: {
    title: "unary gRPC, small messages",
    ...OVER_H2C,
    protocol: GRPC,
    exchange: GET_USER,
    contenders: GRPC_SERVERS,
  },
  "unary-raw": {
    title: "unary gRPC, small messages as raw bytes",
    ...OVER_H2C,
    protocol: GRPC,
    exchange: RAW,
    contenders: { floor: "floor-http2", railhead: "railhead", "grpc-js": "grpc-js" },
  },
  "unary-1mib": {
    title: "unary gRPC, 1 MiB each way",
    ...OVER_H2C,
    streams: 1,
    protocol: GRPC,
    exchange: echoBytes(KIB * KIB),
    contenders: GRPC_SERVERS,
  },
  "unary-gzip": {
    title: "unary gRPC, 64 KiB of text each way, gzip",
    ...OVER_H2C,
    streams: 2,
    protocol: GRPC_GZIP,
    headers: { "grpc-encoding": "gzip", "grpc-accept-encoding": "gzip" },
    exchange: echoText(64 * KIB),
    // grpc-js does not compress responses.
    contenders: {
      floor: "floor-gzip",
      "floor-sync": "floor-gzip-sync",
      railhead: "railhead",
      "connect-es": "connect-http2",
    },
  },
  "unary-tls": {
    title: "unary gRPC over TLS, small messages",
    ...OVER_H2C,
    transport: "h2",
    protocol: GRPC,
    exchange: GET_USER,
    contenders: {
      floor: "floor-tls",
      railhead: "railhead-tls",
      "grpc-js": "grpc-js-tls",
      "connect-es": "connect-tls",
    },
  },
  "connections-1000": {
    title: "unary gRPC on 1,000 connections",
    ...OVER_H2C,
    connections: 1000,
    streams: 1,
    pingPong: true,
    protocol: GRPC,
    exchange: GET_USER,
    contenders: GRPC_SERVERS,
  },
  // The cost of a call and that of its messages.
  "server-streaming": {
    title: "server streaming, 100 messages of 10 bytes a call",
    ...OVER_H2C,
    protocol: GRPC,
    exchange: listUsers(100),
    contenders: GRPC_SERVERS,
  },
  // The cost of messages alone, which a call of a hundred hides.
  "server-streaming-long": {
    title: "server streaming, 10,000 messages of 10 bytes a call",
    ...OVER_H2C,
    connections: 1,
    streams: 4,
    protocol: GRPC,
    exchange: listUsers(10_000),
    contenders: GRPC_SERVERS,
  },
  "client-streaming": {
    title: "client streaming, 100 messages of 10 bytes a call",
    ...OVER_H2C,
    protocol: GRPC,
    exchange: createUsers(100),
    contenders: GRPC_SERVERS,
  },
  bidi: {
    title: "bidi streaming, 100 messages a call one by one",
    ...OVER_H2C,
    protocol: GRPC,
    exchange: chat(100),
    pingPong: true,
    contenders: GRPC_SERVERS,
  },
  "web-http1": {
    title: "unary gRPC-Web over HTTP/1.1",
    ...OVER_HTTP1,
    protocol: GRPC_WEB,
    exchange: GET_USER,
    contenders: HTTP1_SERVERS,
  },
  "web-h2c": {
    title: "unary gRPC-Web over HTTP/2",
    ...OVER_H2C,
    protocol: GRPC_WEB,
    exchange: GET_USER,
    contenders: WEB_HTTP2_SERVERS,
  },
  "connect-http1": {
    title: "unary Connect over HTTP/1.1",
    ...OVER_HTTP1,
    protocol: CONNECT,
    exchange: GET_USER,
    contenders: HTTP1_SERVERS,
  },
  "connect-h2c": {
    title: "unary Connect over HTTP/2",
    ...OVER_H2C,
    protocol: CONNECT,
    exchange: GET_USER,
    contenders: WEB_HTTP2_SERVERS,
  },
} satisfies Record<string, Workload>;
