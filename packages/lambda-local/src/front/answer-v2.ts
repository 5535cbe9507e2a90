import { decodeBody } from "./body.ts";
import type { HttpAnswer, HttpHead } from "./http.ts";
import { isRecord, stringHeaders } from "./json.ts";
import type { Prelude } from "./prelude.ts";
import { remapOwned, withDefault } from "./remap.ts";
import { toStatus } from "./status.ts";

/**
 * What a function may answer to payload format 2.0: a response, or any other JSON value, which becomes the body.
 * https://docs.aws.amazon.com/lambda/latest/dg/urls-invocation.html#urls-response-payload
 */
export function answerV2(result: unknown): HttpAnswer {
  if (!isRecord(result) || result.statusCode === undefined) return inferred(result);
  const { statusCode, cookies, body } = result;
  const { status, headers } = headV2({
    status: toStatus(statusCode),
    headers: stringHeaders(result.headers),
    cookies: Array.isArray(cookies) ? cookies.map(String) : [],
  });
  return {
    status,
    headers: withDefault(headers, "content-type", "application/json"),
    body: decodeBody(body, result.isBase64Encoded === true),
  };
}

function inferred(result: unknown): HttpAnswer {
  const body = typeof result === "string" ? result : JSON.stringify(result);
  return { status: 200, headers: [["content-type", "application/json"]], body };
}

export function headV2({ status, headers, cookies }: Prelude): HttpHead {
  const setCookies = cookies.map((cookie): [string, string] => ["set-cookie", cookie]);
  return { status, headers: [...remapOwned(headers), ...setCookies] };
}
