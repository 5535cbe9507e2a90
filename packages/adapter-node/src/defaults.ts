import type { ServerOptions } from "@railhead/core";
import { nodeCompression } from "./compression.ts";

/** The options of a user with what Node brings where they say nothing. */
export function withNodeDefaults<Options extends ServerOptions>(options: Options): Options {
  if (options.compression === false) return options;
  return { ...options, compression: { codecs: nodeCompression(), ...options.compression } };
}
