import { randomUUID } from "node:crypto";
import { encodeBody } from "./body.ts";
import { findHeader, forwardedHeaders, type HttpRequest } from "./http.ts";
import { joinedValues, toMultiMap } from "./multi-map.ts";
import { commonLogTime } from "./time.ts";

/** What differs between the front ends that send payload format 2.0. */
export interface V2Settings {
  readonly accountId: string;
  readonly apiId: string;
  readonly domainName: string;
}

/** Which content types go as text is not written down anywhere; these are the ones that have been seen. */
const TEXT = /^text\/|json|xml|javascript/i;

/**
 * Payload format 2.0, of Function URLs and HTTP APIs.
 * https://docs.aws.amazon.com/lambda/latest/dg/urls-invocation.html#urls-payloads
 *
 * @param path as this front end shows it
 */
export function eventV2(request: HttpRequest, path: string, settings: V2Settings): object {
  const headers = forwardedHeaders(request, settings.domainName).map(([name, value]): [string, string] => [
    name.toLowerCase(),
    value,
  ]);
  const cookies = headers.flatMap(([name, value]) => (name === "cookie" ? value.split(/; */) : []));
  const query = toMultiMap(new URLSearchParams(request.query));
  const contentType = findHeader(request.headers, "content-type") ?? "";
  return {
    version: "2.0",
    routeKey: "$default",
    rawPath: path,
    rawQueryString: request.query,
    ...(cookies.length > 0 && { cookies }),
    headers: joinedValues(toMultiMap(headers.filter(([name]) => name !== "cookie"))),
    ...(query.size > 0 && { queryStringParameters: joinedValues(query) }),
    requestContext: contextOf(request, path, settings),
    ...(request.body.length === 0
      ? { isBase64Encoded: false }
      : encodeBody(request.body, TEXT.test(contentType))),
  };
}

function contextOf(request: HttpRequest, path: string, settings: V2Settings): object {
  const { accountId, apiId, domainName } = settings;
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
      userAgent: findHeader(request.headers, "user-agent") ?? "",
    },
    requestId: randomUUID(),
    routeKey: "$default",
    stage: "$default",
    time: commonLogTime(now),
    timeEpoch: now.getTime(),
  };
}
