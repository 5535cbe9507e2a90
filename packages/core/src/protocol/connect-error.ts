import { GrpcError, type GrpcErrorDetail } from "../error.ts";
import type { MetadataInit } from "../metadata.ts";
import type { GrpcStatusCode } from "../status.ts";
import { decodeBase64, encodeUnpaddedBase64 } from "../wire/base64.ts";
import { formatJson, isJsonObject, type JsonObject, parseJson } from "../wire/json.ts";
import { formatConnectCode, parseConnectCode } from "./connect-code.ts";

/** Connect protocol, "Error and EndStreamResponse": an error is JSON, whatever the codec of the messages. */

/** What Connect leaves out of the type URL. */
const TYPE_URL_PREFIX = "type.googleapis.com/";

/** What the JSON of an error lacks. */
export interface ConnectErrorContext {
  /** For a code that is missing or unknown: what the HTTP status stands for; UNKNOWN at the end of a stream. */
  readonly code: GrpcStatusCode;
  readonly metadata?: MetadataInit;
}

/** The body of a unary response that failed. */
export function encodeConnectError(error: GrpcError): Uint8Array {
  return formatJson(connectErrorJson(error));
}

/** The same as it stands in the end of a stream. */
export function connectErrorJson({ code, message, details }: GrpcError): JsonObject {
  return {
    code: formatConnectCode(code),
    // JSON leaves out what is undefined.
    message: message || undefined,
    details: details.length > 0 ? details.map(detailJson) : undefined,
  };
}

/** The error in the body of a unary response; one of the given code where the body is no error. */
export function decodeConnectError(body: Uint8Array, context: ConnectErrorContext): GrpcError {
  return parseConnectError(parseJson(body), context) ?? new GrpcError(context.code, "", context);
}

/** Undefined for JSON that is no error. Details that are none are left out. */
export function parseConnectError(json: unknown, context: ConnectErrorContext): GrpcError | undefined {
  if (!isJsonObject(json)) return undefined;
  const message = json.message ?? "";
  const details = json.details ?? [];
  if (typeof message !== "string" || !Array.isArray(details)) return undefined;
  return new GrpcError(parseConnectCode(json.code) ?? context.code, message, {
    ...context,
    details: details.flatMap(parseDetail),
  });
}

function detailJson({ typeUrl, value }: GrpcErrorDetail): JsonObject {
  return { type: typeUrl.slice(typeUrl.lastIndexOf("/") + 1), value: encodeUnpaddedBase64(value) };
}

function parseDetail(json: unknown): GrpcErrorDetail[] {
  if (!isJsonObject(json) || typeof json.type !== "string" || typeof json.value !== "string") return [];
  const value = decodeBase64(json.value);
  return value === undefined ? [] : [{ typeUrl: TYPE_URL_PREFIX + json.type, value }];
}
