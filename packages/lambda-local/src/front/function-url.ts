import { MAX_REQUEST_BYTES, MAX_STREAMED_RESPONSE_BYTES } from "../limits.ts";
import { answerV2, headV2 } from "./answer-v2.ts";
import { eventV2, type V2Settings } from "./event-v2.ts";
import type { FrontEnd } from "./front-end.ts";
import { jsonAnswer, textAnswer } from "./http.ts";

/** A Function URL in the invoke mode RESPONSE_STREAM; functions that do not stream are answered for as well. */
export function functionUrl(region: string): FrontEnd {
  const apiId = "railheadlocal0000000000000000000";
  const settings: V2Settings = {
    accountId: "anonymous",
    apiId,
    domainName: `${apiId}.lambda-url.${region}.on.aws`,
    stage: "$default",
  };
  const error = textAnswer(502, "application/json", "Internal Server Error");
  return {
    maxBodyBytes: MAX_REQUEST_BYTES,
    maxPreludeBytes: MAX_STREAMED_RESPONSE_BYTES,
    eventOf: (request) => eventV2(request, settings),
    answerOf: answerV2,
    headOf: headV2,
    failures: {
      requestTooLarge: jsonAnswer(413, {
        Message: `Request must be smaller than ${MAX_REQUEST_BYTES} bytes for the InvokeFunction operation`,
      }),
      badAnswer: error,
      timeout: error,
      throttled: jsonAnswer(429, {
        Reason: "ReservedFunctionConcurrentInvocationLimitExceeded",
        Type: "User",
        message: "Rate Exceeded.",
      }),
    },
  };
}
