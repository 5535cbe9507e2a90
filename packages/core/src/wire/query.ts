import { WireFault } from "./fault.ts";

/**
 * The first value of a parameter in the query of a URL; undefined when there is none. Throws a WireFault when it is not
 * percent-encoded UTF-8: replaced by U+FFFD, the bytes of a message would be others.
 */
export function queryValue(query: string, name: string): string | undefined {
  const start = `${name}=`;
  const pair = query.split("&").find((one) => one.startsWith(start));
  if (pair === undefined) return undefined;
  try {
    return decodeURIComponent(pair.slice(start.length).replaceAll("+", " "));
  } catch {
    throw malformedParameter(name);
  }
}

export function malformedParameter(name: string): WireFault {
  return new WireFault("malformed", `missing or malformed "${name}" in the query`);
}
