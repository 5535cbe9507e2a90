import type { GrpcError } from "../error.ts";
import { appendFields, Metadata, type ReadonlyMetadata, receiveField, sealMetadata } from "../metadata.ts";
import { GrpcStatusCode } from "../status.ts";
import { WireFault } from "../wire/fault.ts";
import { isAsciiValue, isMetadataKey } from "../wire/field.ts";
import { encodeFrame, FLAG_END_STREAM } from "../wire/frame.ts";
import { formatJson, isJsonObject, type JsonObject, parseJson } from "../wire/json.ts";
import type { CallEnd } from "./client-protocol.ts";
import { connectErrorJson, parseConnectError } from "./connect-error.ts";

/** The last message of a Connect stream (Connect protocol, "Error and EndStreamResponse"). */

/** The last frame of a response: how the call ended, and its trailers. */
export function encodeConnectEnd(error: GrpcError | undefined, trailers: Metadata | undefined): Uint8Array {
  const fields: string[] = [];
  appendFields(fields, trailers);
  appendFields(fields, error?.metadata);
  // JSON leaves out what is undefined.
  const end: JsonObject = {
    error: error && connectErrorJson(error),
    metadata: fields.length > 0 ? metadataJson(fields) : undefined,
  };
  return encodeFrame(formatJson(end), FLAG_END_STREAM);
}

/** What the last frame holds. Throws a WireFault when it is malformed. */
export function decodeConnectEnd(payload: Uint8Array): CallEnd {
  const json = parseJson(payload);
  if (!isJsonObject(json)) throw malformed("is no JSON object");
  const trailers = parseMetadata(json.metadata ?? {});
  // "error": null is invalid and means, as everywhere in JSON, that there is none.
  if (json.error === undefined || json.error === null) return { error: undefined, trailers };
  const error = parseConnectError(json.error, { code: GrpcStatusCode.UNKNOWN, metadata: trailers });
  if (error === undefined) throw malformed("has an error that is none");
  return { error, trailers };
}

function metadataJson(fields: readonly string[]): JsonObject {
  // Without a prototype: "constructor" and "__proto__" are keys like any other.
  const metadata: Record<string, string[]> = Object.create(null);
  for (let at = 0; at + 1 < fields.length; at += 2) {
    const key = fields[at] ?? "";
    metadata[key] ??= [];
    metadata[key].push(fields[at + 1] ?? "");
  }
  return metadata;
}

function parseMetadata(json: unknown): ReadonlyMetadata {
  if (!isJsonObject(json)) throw malformed("has metadata that is no object");
  const metadata = new Metadata();
  for (const [name, values] of Object.entries(json)) {
    const key = name.toLowerCase();
    const isField = (value: unknown): boolean =>
      typeof value === "string" &&
      isMetadataKey(key) &&
      isAsciiValue(value) &&
      receiveField(metadata, key, value);
    if (!Array.isArray(values) || !values.every(isField)) {
      throw malformed(`has metadata ${JSON.stringify(name)} that is none`);
    }
  }
  return sealMetadata(metadata);
}

function malformed(why: string): WireFault {
  return new WireFault("malformed", `the end of the stream ${why}`);
}
