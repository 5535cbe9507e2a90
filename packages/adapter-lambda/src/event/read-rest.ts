import { type Fields, fieldsOf, MalformedEvent, objectAt, textAt, textsAt } from "./fields.ts";
import { EventHeaders } from "./headers.ts";
import { procedurePath, withoutStage } from "./path.ts";
import type { EventRequest } from "./request.ts";

/**
 * REST APIs, and HTTP APIs with payload format 1.0.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-lambda-proxy-integrations.html
 *
 * @throws MalformedEvent
 */
export function readRest(event: Fields): EventRequest {
  const requestContext = objectAt(event, "requestContext");
  const identity = objectAt(requestContext, "identity");
  const path = textAt(event, "path");
  if (path === undefined) throw new MalformedEvent("path is missing");
  // The paths of a REST API have no stage.
  const stage = event.version === "1.0" ? textAt(requestContext, "stage") : undefined;
  return {
    method: textAt(event, "httpMethod") ?? "POST",
    path: procedurePath(event, withoutStage(path, stage)),
    // Halves of a pair have no encoding.
    query: queryOf(event, (text) => encodeURIComponent(text.toWellFormed())),
    headers: headersOf(event),
    peer: textAt(identity, "sourceIp"),
  };
}

/** All values, where the event has them; the other map has the last of each. Throws a MalformedEvent. */
export function headersOf(event: Fields): EventHeaders {
  return new EventHeaders(fieldsOf(event.multiValueHeaders) ?? objectAt(event, "headers"));
}

/** The query put together again; `encode` makes of a name or a value what the URL had. Throws a MalformedEvent. */
export function queryOf(event: Fields, encode: (text: string) => string): string {
  const fields = fieldsOf(event.multiValueQueryStringParameters) ?? objectAt(event, "queryStringParameters");
  return Object.keys(fields)
    .flatMap((name) => textsAt(fields, name).map((value) => `${encode(name)}=${encode(value)}`))
    .join("&");
}
