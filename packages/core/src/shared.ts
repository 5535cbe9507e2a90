/** What `@railhead/core` and `@railhead/core/raw` have in common. */
export type { CompressionCodec, CompressionOptions } from "./compression.ts";
export {
  type CallContext,
  type ContextKey,
  ContextValues,
  createContextKey,
  type MethodKind,
  type ProtocolName,
} from "./context.ts";
export { GrpcError, type GrpcErrorDetail, type GrpcErrorOptions } from "./error.ts";
export type { GrpcHandler, GrpcStreamHandler, RegisterHandlerOptions } from "./handler.ts";
export { Metadata, type MetadataInit, type MetadataValue, type ReadonlyMetadata } from "./metadata.ts";
export type { AllowedOrigin, CorsOptions, Interceptor, ServerOptions } from "./options.ts";
export {
  GrpcRequest,
  type GrpcRequestInit,
  GrpcStreamRequest,
  type GrpcStreamRequestInit,
} from "./request.ts";
export { GrpcResponse, type GrpcResponseInit } from "./response.ts";
export { GrpcStatusCode, statusCodeName } from "./status.ts";
export { webCompression } from "./web/compression.ts";
export { createFetchHandler, type FetchHandler } from "./web/fetch-handler.ts";
export {
  type EncodableMessage,
  type FrameDecoderOptions,
  type FrameEncoderOptions,
  frameDecoderStream,
  frameEncoderStream,
  type StreamMessage,
} from "./web/frame-streams.ts";
export { type Zlib, type ZlibStream, zlibCompression } from "./zlib-compression.ts";
