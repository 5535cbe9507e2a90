import { encodeUtf8 } from "./text.ts";

/** An object of JSON. */
export type JsonObject = Readonly<Record<string, unknown>>;

export function formatJson(value: JsonObject): Uint8Array {
  return encodeUtf8(JSON.stringify(value));
}

/** The value that UTF-8 text stands for; undefined when the text is no JSON. */
export function parseJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch {
    return undefined;
  }
}

export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
