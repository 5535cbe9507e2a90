import { MAX_BUFFERED_RESPONSE_BYTES, MAX_REQUEST_BYTES, MAX_STREAMED_RESPONSE_BYTES } from "../limits.ts";
import { answerV2, headV2 } from "./answer-v2.ts";
import { eventV2 } from "./event-v2.ts";
import type { FrontEnd } from "./front-end.ts";
import { jsonAnswer, textAnswer } from "./http.ts";

/**
 * A Function URL with the invoke mode RESPONSE_STREAM. Answers of functions that do not stream are taken as in the mode
 * BUFFERED.
 */
export function functionUrl(region: string): FrontEnd {
  const apiId = "railheadlocal0000000000000000000";
  const settings = { accountId: "anonymous", apiId, domainName: `${apiId}.lambda-url.${region}.on.aws` };
  const failed = textAnswer(502, "application/json", "Internal Server Error");
  return {
    maxRequestBodyBytes: MAX_REQUEST_BYTES,
    maxAnswerBytes: MAX_BUFFERED_RESPONSE_BYTES,
    maxWaitMs: undefined,
    streaming: { maxPreludeBytes: MAX_STREAMED_RESPONSE_BYTES, isPreludeRequired: false },
    eventOf: (request) => eventV2(request, request.path, settings),
    answerOf: answerV2,
    headOf: headV2,
    failures: {
      requestTooLarge: jsonAnswer(413, {
        Message: `Request must be smaller than ${MAX_REQUEST_BYTES} bytes for the InvokeFunction operation`,
      }),
      badAnswer: failed,
      timeout: failed,
      throttled: jsonAnswer(429, { Message: "Rate Exceeded." }),
    },
  };
}
