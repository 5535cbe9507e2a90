import { type Fields, MalformedEvent, textAt } from "./fields.ts";
import { headersOf, queryOf } from "./read-rest.ts";
import type { EventRequest } from "./request.ts";

/**
 * Application Load Balancers.
 * https://docs.aws.amazon.com/elasticloadbalancing/latest/application/lambda-functions.html
 *
 * @throws MalformedEvent
 */
export function readAlb(event: Fields): EventRequest {
  const headers = headersOf(event);
  const path = textAt(event, "path");
  if (path === undefined) throw new MalformedEvent("path is missing");
  return {
    method: textAt(event, "httpMethod") ?? "POST",
    path,
    // Values come as the URL has them.
    query: queryOf(event, (text) => text),
    headers,
    // The load balancer adds the address that it saw behind those that the client claims.
    peer: headers.get("x-forwarded-for")?.split(",").at(-1)?.trim(),
  };
}
