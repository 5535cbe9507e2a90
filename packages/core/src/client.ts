/** `@railhead/core/client`: calls gRPC services with `fetch`, by gRPC-Web or Connect. */
export * from "./raw-client.ts";
export { type Client, createClient, type MethodCall } from "./typed-client.ts";
