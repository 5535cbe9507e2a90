import { randomUUID } from "node:crypto";
import { MAX_BUFFERED_RESPONSE_BYTES } from "../limits.ts";
import { decodeBody, encodeBody } from "./body.ts";
import type { FrontEnd, Streaming } from "./front-end.ts";
import { findHeader, forwardedHeaders, type HttpAnswer, type HttpRequest, jsonAnswer } from "./http.ts";
import { allHeaders, isRecord } from "./json.ts";
import { lastValues, multiValues, toMultiMap } from "./multi-map.ts";
import { remapOwned, withDefault } from "./remap.ts";
import { toStatus } from "./status.ts";
import { commonLogTime } from "./time.ts";

const MAX_BODY_BYTES = 10 * 1024 * 1024;
const STAGE = "prod";

export interface RestApiSettings {
  readonly accountId: string;
  readonly region: string;
  /** Content types whose bodies pass as base64; every other body is taken for UTF-8. */
  readonly binaryMediaTypes: readonly string[];
  readonly transferMode: "buffered" | "stream";
}

/** https://docs.aws.amazon.com/apigateway/latest/developerguide/response-transfer-mode-lambda.html */
const STREAMING: Streaming = { maxPreludeBytes: 16 * 1024, isPreludeRequired: true };

/**
 * A REST API of API Gateway: a proxy integration for every path, on the stage "prod".
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-lambda-proxy-integrations.html
 */
export function restApi(settings: RestApiSettings): FrontEnd {
  const isStreaming = settings.transferMode === "stream";
  return {
    maxRequestBodyBytes: MAX_BODY_BYTES,
    maxAnswerBytes: MAX_BUFFERED_RESPONSE_BYTES,
    maxWaitMs: isStreaming ? undefined : 29_000,
    streaming: isStreaming ? STREAMING : undefined,
    eventOf: (request) => eventV1(request, settings),
    answerOf: (result, request) => answerV1(result, request, settings.binaryMediaTypes),
    headOf: ({ status, headers, cookies }) => ({
      status,
      headers: [
        ...withDefault(remapOwned(headers), "content-type", "application/json"),
        ...cookies.map((cookie): [string, string] => ["set-cookie", cookie]),
      ],
    }),
    failures: {
      requestTooLarge: jsonAnswer(413, { message: "Request Too Long" }),
      badAnswer: jsonAnswer(502, { message: "Internal server error" }),
      timeout: jsonAnswer(504, { message: "Endpoint request timed out" }),
      throttled: jsonAnswer(500, { message: "Internal server error" }),
    },
  };
}

function eventV1(request: HttpRequest, settings: RestApiSettings): object {
  const domainName = `railhead02.execute-api.${settings.region}.amazonaws.com`;
  const headers = toMultiMap(forwardedHeaders(request, domainName));
  const query = toMultiMap(new URLSearchParams(request.query));
  const proxy = request.path.slice(1);
  const resource = proxy === "" ? "/" : "/{proxy+}";
  return {
    resource,
    path: request.path,
    httpMethod: request.method,
    headers: lastValues(headers),
    multiValueHeaders: multiValues(headers),
    queryStringParameters: query.size === 0 ? null : lastValues(query),
    multiValueQueryStringParameters: query.size === 0 ? null : multiValues(query),
    pathParameters: proxy === "" ? null : { proxy },
    stageVariables: null,
    requestContext: contextOf(request, resource, domainName, settings.accountId),
    ...bodyV1(request, settings.binaryMediaTypes),
  };
}

function contextOf(request: HttpRequest, resource: string, domainName: string, accountId: string): object {
  const now = new Date();
  return {
    accountId,
    apiId: domainName.split(".")[0],
    domainName,
    domainPrefix: domainName.split(".")[0],
    extendedRequestId: randomUUID(),
    httpMethod: request.method,
    identity: {
      sourceIp: request.sourceIp,
      userAgent: findHeader(request.headers, "user-agent") ?? null,
    },
    path: `/${STAGE}${request.path}`,
    protocol: "HTTP/1.1",
    requestId: randomUUID(),
    requestTime: commonLogTime(now),
    requestTimeEpoch: now.getTime(),
    resourceId: "railhd",
    resourcePath: resource,
    stage: STAGE,
  };
}

/** What is no UTF-8 and no binary media type is damaged here, as it is there. */
function bodyV1(request: HttpRequest, binaryMediaTypes: readonly string[]): object {
  if (request.body.length === 0) return { body: null, isBase64Encoded: false };
  const contentType = findHeader(request.headers, "content-type");
  if (isBinary(contentType, binaryMediaTypes)) return encodeBody(request.body, false);
  return { body: request.body.toString("utf8"), isBase64Encoded: false };
}

function answerV1(result: unknown, request: HttpRequest, binaryMediaTypes: readonly string[]): HttpAnswer {
  if (!isRecord(result)) throw new Error("the response is no object: Malformed Lambda proxy response");
  // Only the first type that the client accepts counts.
  const accept = findHeader(request.headers, "accept")?.split(",")[0];
  const isDecoded = result.isBase64Encoded === true && isBinary(accept, binaryMediaTypes);
  const headers = remapOwned(allHeaders(result.headers, result.multiValueHeaders));
  return {
    status: toStatus(result.statusCode),
    headers: withDefault(headers, "content-type", "application/json"),
    body: decodeBody(result.body, isDecoded),
  };
}

/** https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-payload-encodings-workflow.html */
function isBinary(mediaType: string | undefined, binaryMediaTypes: readonly string[]): boolean {
  const type = mediaType?.split(";")[0]?.trim().toLowerCase();
  return binaryMediaTypes.some((binary) => binary === "*/*" || binary.toLowerCase() === type);
}
