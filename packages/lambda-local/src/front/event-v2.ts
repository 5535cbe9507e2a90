import { randomUUID } from "node:crypto";
import { eventBody } from "./body.ts";
import { type HttpRequest, headerOf } from "./http.ts";

/** What differs between the front ends that send payload format 2.0. */
export interface V2Settings {
  readonly accountId: string;
  readonly apiId: string;
  readonly domainName: string;
  /** A stage other than "$default" stands before the path. */
  readonly stage: string;
}

/**
 * Payload format 2.0, of Function URLs and HTTP APIs.
 * https://docs.aws.amazon.com/lambda/latest/dg/urls-invocation.html#urls-payloads
 */
export function eventV2(request: HttpRequest, settings: V2Settings): object {
  const { stage } = settings;
  const path = stage === "$default" ? request.path : `/${stage}${request.path}`;
  const { cookies, headers } = splitHeaders(request, settings.domainName);
  const query = queryParameters(request.query);
  return {
    version: "2.0",
    routeKey: "$default",
    rawPath: decodePath(path),
    rawQueryString: request.query,
    ...(cookies.length > 0 && { cookies }),
    headers,
    ...(query !== undefined && { queryStringParameters: query }),
    requestContext: contextOf(request, settings, decodePath(path)),
    ...eventBody(request.body, headerOf(request, "content-type")),
  };
}

function contextOf(request: HttpRequest, settings: V2Settings, path: string): object {
  const { accountId, apiId, domainName, stage } = settings;
  const now = new Date();
  return {
    accountId,
    apiId,
    domainName,
    domainPrefix: domainName.split(".")[0],
    http: {
      method: request.method,
      path,
      protocol: "HTTP/1.1",
      sourceIp: request.sourceIp,
      userAgent: headerOf(request, "user-agent") ?? "",
    },
    requestId: randomUUID(),
    routeKey: "$default",
    stage,
    time: commonLogTime(now),
    timeEpoch: now.getTime(),
  };
}

/** Names in lower case, repeated ones joined by commas, cookies by themselves. */
function splitHeaders(
  request: HttpRequest,
  domainName: string,
): { readonly headers: Record<string, string>; readonly cookies: string[] } {
  const headers = new Map<string, string>();
  const cookies: string[] = [];
  for (const [name, value] of forwarded(request, domainName)) {
    const key = name.toLowerCase();
    const before = headers.get(key);
    if (key === "cookie") cookies.push(...value.split(/; */).filter((cookie) => cookie !== ""));
    else headers.set(key, before === undefined ? value : `${before},${value}`);
  }
  return { headers: Object.fromEntries(headers), cookies };
}

/** The client's headers and those that the way to Lambda adds, without those that end on the way. */
export function forwarded(request: HttpRequest, host: string): [string, string][] {
  const own = /^(host|connection|keep-alive|transfer-encoding|te|upgrade|expect|x-forwarded-.*)$/i;
  return [
    ...request.headers
      .filter(([name]) => !own.test(name))
      .map(([name, value]): [string, string] => [name, value]),
    ["host", host],
    [
      "x-amzn-trace-id",
      `Root=1-${Math.floor(Date.now() / 1000).toString(16)}-${randomUUID().replaceAll("-", "").slice(8)}`,
    ],
    ["x-forwarded-for", request.sourceIp],
    ["x-forwarded-port", "443"],
    ["x-forwarded-proto", "https"],
  ];
}

/** Decoded, the values of a repeated name joined by commas; undefined when there are none. */
function queryParameters(query: string): Record<string, string> | undefined {
  const parameters = new Map<string, string>();
  for (const [name, value] of new URLSearchParams(query)) {
    const before = parameters.get(name);
    parameters.set(name, before === undefined ? value : `${before},${value}`);
  }
  return parameters.size === 0 ? undefined : Object.fromEntries(parameters);
}

/** What cannot be decoded stays as it is. */
function decodePath(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/** For example "24/Nov/2026:03:40:12 +0000". */
export function commonLogTime(time: Date): string {
  const [date = "", clock = ""] = time.toISOString().split("T");
  const [year, month, day] = date.split("-");
  return `${day}/${MONTHS[Number(month) - 1]}/${year}:${clock.slice(0, 8)} +0000`;
}
