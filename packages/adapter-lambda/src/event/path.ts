import { type Fields, objectAt, textAt } from "./fields.ts";

/**
 * The path behind the prefix that API Gateway knows: what the route's greedy parameter matched ("/rpc/{proxy+}"). All of
 * the path where it has no such parameter. Throws a MalformedEvent.
 *
 * @param path of the event, without its stage
 */
export function procedurePath(event: Fields, path: string): string {
  const proxy = textAt(objectAt(event, "pathParameters"), "proxy");
  if (proxy === undefined) return path;
  // AWS's own sample events have a slash there, which API Gateway's have not.
  const behind = proxy.replace(/^\/?/, "/");
  if (behind.lastIndexOf("/") > 0) return behind;
  // A route of one service ("/example.UserService/{proxy+}") matches its method alone.
  return /\/[^/]+\/[^/]+$/.exec(path)?.[0] ?? behind;
}

/** The paths of an HTTP API begin with its stage, unless that is the default one. */
export function withoutStage(path: string, stage = "$default"): string {
  const prefix = `/${stage}/`;
  return path.startsWith(prefix) ? path.slice(prefix.length - 1) : path;
}
