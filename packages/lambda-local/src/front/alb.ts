import { decodeBody, encodeBody } from "./body.ts";
import type { FrontEnd } from "./front-end.ts";
import { findHeader, forwardedHeaders, type HttpAnswer, type HttpRequest, textAnswer } from "./http.ts";
import { isRecord, multiValueHeaders, stringHeaders } from "./json.ts";
import { lastValues, multiValues, toMultiMap } from "./multi-map.ts";
import { dropOwned, withDefault } from "./remap.ts";
import { toStatus } from "./status.ts";

const MAX_BYTES = 1024 * 1024;
const TEXT = /^(text\/.*|application\/(json|javascript|xml))$/i;

export interface AlbSettings {
  readonly accountId: string;
  readonly region: string;
  /** The attribute lambda.multi_value_headers.enabled of the target group. */
  readonly isMultiValue: boolean;
}

/**
 * An Application Load Balancer with the function as its target.
 * https://docs.aws.amazon.com/elasticloadbalancing/latest/application/lambda-functions.html
 */
export function alb(settings: AlbSettings): FrontEnd {
  return {
    maxRequestBodyBytes: MAX_BYTES,
    maxAnswerBytes: MAX_BYTES,
    maxWaitMs: undefined,
    streaming: undefined,
    eventOf: (request) => eventOf(request, settings),
    answerOf: (result) => answerOf(result, settings.isMultiValue),
    headOf: ({ status, headers }) => ({ status, headers }),
    failures: {
      requestTooLarge: page(413, "Request Entity Too Large"),
      badAnswer: page(502, "Bad Gateway"),
      timeout: page(502, "Bad Gateway"),
      throttled: page(502, "Bad Gateway"),
    },
  };
}

function eventOf(request: HttpRequest, { accountId, region, isMultiValue }: AlbSettings): object {
  const targetGroup = `arn:aws:elasticloadbalancing:${region}:${accountId}:targetgroup/railhead/0123456789abcdef`;
  const host = `railhead-1234567890.${region}.elb.amazonaws.com`;
  const headers = toMultiMap(
    forwardedHeaders(request, host).map(([name, value]): [string, string] => [name.toLowerCase(), value]),
  );
  // As the client encoded them.
  const query = toMultiMap(queryPairs(request.query));
  return {
    requestContext: { elb: { targetGroupArn: targetGroup } },
    httpMethod: request.method,
    path: request.path,
    ...(isMultiValue
      ? { multiValueQueryStringParameters: multiValues(query), multiValueHeaders: multiValues(headers) }
      : { queryStringParameters: lastValues(query), headers: lastValues(headers) }),
    ...bodyOf(request),
  };
}

function queryPairs(query: string): [string, string][] {
  return query
    .split("&")
    .filter((pair) => pair !== "")
    .map((pair) => {
      const mark = pair.indexOf("=");
      return mark < 0 ? [pair, ""] : [pair.slice(0, mark), pair.slice(mark + 1)];
    });
}

function bodyOf({ body, headers }: HttpRequest): object {
  if (body.length === 0) return { body: "", isBase64Encoded: false };
  const type = findHeader(headers, "content-type")?.split(";")[0]?.trim() ?? "";
  const isEncoded = findHeader(headers, "content-encoding") !== undefined;
  return encodeBody(body, TEXT.test(type) && !isEncoded);
}

/** Reads the one of the two maps of headers that the target group is set to. */
function answerOf(result: unknown, isMultiValue: boolean): HttpAnswer {
  if (!isRecord(result)) throw new Error("the response is no object");
  const headers = isMultiValue ? multiValueHeaders(result.multiValueHeaders) : stringHeaders(result.headers);
  return {
    status: toStatus(result.statusCode),
    headers: withDefault(dropOwned(headers), "content-type", "application/octet-stream"),
    body: decodeBody(result.body, result.isBase64Encoded === true),
  };
}

function page(status: number, reason: string): HttpAnswer {
  const title = `${status} ${reason}`;
  const lines = [
    "<html>",
    `<head><title>${title}</title></head>`,
    "<body>",
    `<center><h1>${title}</h1></center>`,
    "</body>",
    "</html>",
    "",
  ];
  return textAnswer(status, "text/html", lines.join("\r\n"));
}
