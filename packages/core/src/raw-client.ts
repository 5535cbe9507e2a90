/** `@railhead/core/client/raw`: everything of `@railhead/core/client` but typed clients, without a protobuf library. */
export type {
  CallOptions,
  ClientCompression,
  ClientContext,
  ClientInterceptor,
  ClientOptions,
  FetchFunction,
  FetchTarget,
  RawCallOptions,
} from "./client/options.ts";
export type { ClientProtocolName } from "./client/protocols.ts";
export { createRawClient, type RawClient } from "./client/raw-client.ts";
export type { MessageSource } from "./client/request-pieces.ts";
export type { CodecName } from "./wire/content-type.ts";
