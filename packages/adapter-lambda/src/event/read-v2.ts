import { type Fields, MalformedEvent, objectAt, textAt, textsAt } from "./fields.ts";
import { EventHeaders } from "./headers.ts";
import { procedurePath, withoutStage } from "./path.ts";
import type { EventRequest } from "./request.ts";

/**
 * Payload format 2.0: Function URLs, HTTP APIs, and invocations by `createLambdaFetch`.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
 *
 * @throws MalformedEvent
 */
export function readV2(event: Fields): EventRequest {
  const requestContext = objectAt(event, "requestContext");
  const http = objectAt(requestContext, "http");
  const headers = new EventHeaders(objectAt(event, "headers"));
  // The cookies of a request are taken out of its headers.
  const cookies = textsAt(event, "cookies");
  if (cookies.length > 0) headers.add("cookie", cookies.join("; "));
  const rawPath = textAt(event, "rawPath");
  if (rawPath === undefined) throw new MalformedEvent("rawPath is missing");
  return {
    method: textAt(http, "method") ?? "POST",
    path: procedurePath(event, withoutStage(rawPath, textAt(requestContext, "stage"))),
    // The documentation says with "?", its samples are without.
    query: (textAt(event, "rawQueryString") ?? "").replace(/^\?/, ""),
    headers,
    peer: textAt(http, "sourceIp"),
  };
}
