/** `@railhead/adapter-node`: serves Railhead services on Node. */
export { nodeCompression } from "./compression.ts";
export type {
  ConnectionOptions,
  KeepaliveOptions,
  ServeOptions,
  StreamResetOptions,
  TlsOptions,
} from "./options.ts";
export { type NodePlatform, type NodeTls, nodePlatform } from "./platform.ts";
export { createRequestListener, type RequestListener } from "./request-listener.ts";
export { type NodeServer, serve } from "./server.ts";
