/** `@railhead/adapter-hono`: a Railhead service as one Hono handler. */
export { honoContext } from "./platform.ts";
export { railhead } from "./railhead.ts";
