/** `@railhead/core/transport`: for authors of adapters. Its shape follows the seam, see `transport.ts`. */
export type { Method, MethodRegistry } from "./call/method.ts";
export { createServer } from "./call/server.ts";
export type { AdapterOptions } from "./options.ts";
export type * from "./transport.ts";
export { CLOUDFLARE_EDGE } from "./web/cloudflare.ts";
export { withCodecs } from "./web/compression.ts";
export { type ServiceSource, serverPerEnv } from "./web/env-servers.ts";
export { type FetchOrigin, type FetchTraits, serveFetch } from "./web/serve-fetch.ts";
