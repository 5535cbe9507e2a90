import { jsonFormat, type ServerOptions } from "@railhead/core";
import type { AdapterOptions } from "@railhead/core/transport";
import { nodeCompression } from "./compression.ts";

/** The options of a user with what Node brings where they say nothing. */
export function withNodeDefaults(options: ServerOptions): AdapterOptions {
  const compression =
    options.compression === false ? false : { codecs: nodeCompression(), ...options.compression };
  // A tick comes when the queue of microtasks is empty.
  return { json: jsonFormat(), ...options, compression, whenIdle: process.nextTick };
}
