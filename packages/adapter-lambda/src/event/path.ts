import { type Fields, objectAt, textAt } from "./fields.ts";

/**
 * The path behind the prefix that API Gateway knows: what the route's greedy parameter matched ("/rpc/{proxy+}").
 * Undefined for other routes. Throws a MalformedEvent.
 */
export function greedyPath(event: Fields): string | undefined {
  const proxy = textAt(objectAt(event, "pathParameters"), "proxy");
  // AWS's own sample events have a slash there, which API Gateway's have not.
  return proxy?.replace(/^\/?/, "/");
}
