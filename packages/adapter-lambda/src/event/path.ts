import { type Fields, objectAt, textAt } from "./fields.ts";

/**
 * The path behind the prefix that API Gateway knows: what the route's greedy parameter matched ("/rpc/{proxy+}").
 * Undefined for other routes. Throws a MalformedEvent.
 */
export function greedyPath(event: Fields): string | undefined {
  const proxy = textAt(objectAt(event, "pathParameters"), "proxy");
  return proxy === undefined ? undefined : `/${proxy}`;
}
