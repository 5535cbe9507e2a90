/**
 * `@railhead/core/raw`: everything of `@railhead/core` but typed services, so that a bundle without a schema carries
 * no protobuf library.
 */
export { HandlerRegistry as GrpcService } from "./registry.ts";
export * from "./shared.ts";
