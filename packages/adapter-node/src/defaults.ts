import { jsonFormat, type ServerOptions } from "@railhead/core";
import type { AdapterOptions } from "@railhead/core/transport";
import { nodeCompression } from "./compression.ts";

/** The options of a user with what Node brings where they say nothing. */
export function withNodeDefaults(options: ServerOptions): AdapterOptions {
  const { json = jsonFormat(), compression } = options;
  return {
    ...options,
    json,
    compression: compression !== false && {
      ...compression,
      codecs: compression?.codecs ?? nodeCompression(),
    },
    // A tick comes when the queue of microtasks is empty.
    whenIdle: process.nextTick,
  };
}
