import {
  type DescMessage,
  fromJsonString,
  type JsonReadOptions,
  type JsonWriteOptions,
  type Message,
  toJsonString,
} from "@bufbuild/protobuf";
import { encodeUtf8 } from "./wire/text.ts";

/** JSON messages for typed services, made by {@link jsonFormat}. */
export interface JsonFormat {
  decode(schema: DescMessage, bytes: Uint8Array): Message;
  encode(schema: DescMessage, message: Message): Uint8Array;
}

/**
 * Lets a server take and give JSON messages (`application/json` and the like) for its typed services. It is
 * an option of its own because protobuf's JSON adds half its size again to a bundle; adapter-node brings it along.
 *
 * @param options of protobuf-es, such as a `registry` of the types that may stand in a `google.protobuf.Any`. Unknown
 *   fields are ignored unless you say otherwise, as the binary format does.
 */
export function jsonFormat(options: Partial<JsonReadOptions & JsonWriteOptions> = {}): JsonFormat {
  const settings = { ignoreUnknownFields: true, ...options };
  return {
    decode: (schema, bytes) =>
      fromJsonString(schema, new TextDecoder("utf-8", { fatal: true }).decode(bytes), settings),
    encode: (schema, message) => encodeUtf8(toJsonString(schema, message, settings)),
  };
}
