import type { HttpAnswer, HttpHead } from "./http.ts";
import { isRecord, stringHeaders } from "./json.ts";
import type { Prelude } from "./prelude.ts";

/**
 * What a function may answer to payload format 2.0: a response, or any other JSON value, which becomes the body.
 * https://docs.aws.amazon.com/lambda/latest/dg/urls-invocation.html#urls-response-payload
 */
export function answerV2(result: unknown): HttpAnswer {
  if (!isRecord(result) || result.statusCode === undefined) return inferred(result);
  const { statusCode, cookies, body } = result;
  const head = headV2({
    status: Number(statusCode),
    headers: stringHeaders(result.headers, undefined),
    cookies: Array.isArray(cookies) ? cookies.map(String) : [],
  });
  return { ...withContentType(head), body: decodeBody(body, result.isBase64Encoded === true) };
}

function inferred(result: unknown): HttpAnswer {
  const body = typeof result === "string" ? result : JSON.stringify(result);
  return { status: 200, headers: [["content-type", "application/json"]], body };
}

function withContentType(head: HttpHead): HttpHead {
  if (head.headers.some(([name]) => name.toLowerCase() === "content-type")) return head;
  return { ...head, headers: [...head.headers, ["content-type", "application/json"]] };
}

/** @throws Error for a body that is no text */
export function decodeBody(body: unknown, isBase64Encoded: boolean): Uint8Array | string {
  if (body === undefined || body === null) return "";
  if (typeof body !== "string") throw new Error(`the body of the response is no string but ${typeof body}`);
  return isBase64Encoded ? Buffer.from(body, "base64") : body;
}

/** Headers that the way to the client owns come back under other names. */
const OWNED =
  /^(connection|content-length|date|keep-alive|server|te|trailer|transfer-encoding|upgrade|via|www-authenticate)$/i;

export function headV2({ status, headers, cookies }: Prelude): HttpHead {
  return {
    status: checkStatus(status),
    headers: [
      ...headers.map(([name, value]): [string, string] => [
        OWNED.test(name) ? `x-amzn-remapped-${name}` : name,
        value,
      ]),
      ...cookies.map((cookie): [string, string] => ["set-cookie", cookie]),
    ],
  };
}

/** @throws Error for a status that is none */
export function checkStatus(status: number): number {
  if (Number.isInteger(status) && status >= 200 && status <= 599) return status;
  throw new Error(`the statusCode of the response is ${status}`);
}
