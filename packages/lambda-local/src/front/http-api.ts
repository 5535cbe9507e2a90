import { MAX_BUFFERED_RESPONSE_BYTES } from "../limits.ts";
import { answerV2, headV2 } from "./answer-v2.ts";
import { eventV2 } from "./event-v2.ts";
import type { FrontEnd } from "./front-end.ts";
import { jsonAnswer } from "./http.ts";

const MAX_BODY_BYTES = 10 * 1024 * 1024;

/**
 * An HTTP API of API Gateway: a proxy integration with payload format 2.0 on the route and the stage "$default".
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
 */
export function httpApi(accountId: string, region: string): FrontEnd {
  const apiId = "railhead01";
  const settings = { accountId, apiId, domainName: `${apiId}.execute-api.${region}.amazonaws.com` };
  return {
    maxRequestBodyBytes: MAX_BODY_BYTES,
    maxAnswerBytes: MAX_BUFFERED_RESPONSE_BYTES,
    maxWaitMs: 30_000,
    streaming: undefined,
    eventOf: (request) => eventV2(request, decodePath(request.path), settings),
    answerOf: answerV2,
    headOf: headV2,
    failures: {
      requestTooLarge: jsonAnswer(413, { message: "Request Entity Too Large" }),
      badAnswer: jsonAnswer(500, { message: "Internal Server Error" }),
      timeout: jsonAnswer(503, { message: "Service Unavailable" }),
      throttled: jsonAnswer(503, { message: "Service Unavailable" }),
    },
  };
}

/** HTTP APIs, and they alone, decode the path, and cut it at a "?" that comes out of that. */
function decodePath(path: string): string {
  try {
    return decodeURIComponent(path).replace(/\?.*$/s, "");
  } catch {
    return path;
  }
}
