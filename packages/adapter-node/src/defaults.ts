import { jsonFormat, type ServerOptions } from "@railhead/core";
import { type AdapterOptions, withCodecs } from "@railhead/core/transport";
import { nodeCompression } from "./compression.ts";

/** The options of a user with what Node brings where they say nothing. */
export function withNodeDefaults(options: ServerOptions): AdapterOptions {
  const { json = jsonFormat() } = options;
  // A tick comes when the queue of microtasks is empty.
  return { ...withCodecs(options, nodeCompression), json, whenIdle: process.nextTick };
}
