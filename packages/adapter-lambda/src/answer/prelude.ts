import type { HeaderList } from "@railhead/core/transport";
import { joinFields } from "./fields.ts";

/** Tells the platform that a stream begins with a prelude. */
export const STREAM_CONTENT_TYPE = "application/vnd.awslambda.http-integration-response";
/** Behind the prelude; JSON has none of them. */
export const DELIMITER_BYTES = 8;
/** API Gateway looks for the delimiter in so many bytes. */
export const MAX_PRELUDE_BYTES: number = 16 * 1024;

/**
 * What a streamed response begins with: status and headers as JSON, then eight zero bytes.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/response-transfer-mode-lambda.html
 *
 * @param body what follows at once, in the same piece of memory
 */
export function encodePrelude(status: number, list: HeaderList, body: Uint8Array): Uint8Array {
  const { headers, cookies } = joinFields(list);
  const json = JSON.stringify({ statusCode: status, headers, cookies });
  const jsonBytes = Buffer.byteLength(json);
  const prelude = new Uint8Array(jsonBytes + DELIMITER_BYTES + body.length);
  new TextEncoder().encodeInto(json, prelude);
  prelude.set(body, jsonBytes + DELIMITER_BYTES);
  return prelude;
}
