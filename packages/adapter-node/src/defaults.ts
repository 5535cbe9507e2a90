import { jsonFormat, type ServerOptions } from "@railhead/core";
import { nodeCompression } from "./compression.ts";

/** The options of a user with what Node brings where they say nothing. */
export function withNodeDefaults<Options extends ServerOptions>(options: Options): Options {
  const compression =
    options.compression === false ? false : { codecs: nodeCompression(), ...options.compression };
  return { json: jsonFormat(), ...options, compression };
}
