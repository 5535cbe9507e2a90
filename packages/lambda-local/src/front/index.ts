import type { FunctionConfig } from "../function-config.ts";
import { alb } from "./alb.ts";
import type { FrontEnd } from "./front-end.ts";
import { functionUrl } from "./function-url.ts";
import { httpApi } from "./http-api.ts";
import { restApi } from "./rest-api.ts";

/**
 * The ways in to a function, each with its own events, answers and limits:
 * - `functionUrl`: a Function URL that streams (invoke mode RESPONSE_STREAM), payload format 2.0;
 * - `httpApi`: an HTTP API of API Gateway, payload format 2.0;
 * - `restApi`, `restApiStream`: REST APIs of API Gateway, with the response transfer modes BUFFERED and STREAM;
 * - `alb`, `albMultiValue`: Application Load Balancers, with one value a header and with several.
 */
export type FrontEndName = "functionUrl" | "httpApi" | "restApi" | "restApiStream" | "alb" | "albMultiValue";

export const FRONT_END_NAMES: readonly FrontEndName[] = [
  "functionUrl",
  "httpApi",
  "restApi",
  "restApiStream",
  "alb",
  "albMultiValue",
];

export function frontEnds(
  { accountId, region }: FunctionConfig,
  binaryMediaTypes: readonly string[],
): Readonly<Record<FrontEndName, FrontEnd>> {
  return {
    functionUrl: functionUrl(region),
    httpApi: httpApi(accountId, region),
    restApi: restApi({ accountId, region, binaryMediaTypes, transferMode: "buffered" }),
    restApiStream: restApi({ accountId, region, binaryMediaTypes, transferMode: "stream" }),
    alb: alb({ accountId, region, isMultiValue: false }),
    albMultiValue: alb({ accountId, region, isMultiValue: true }),
  };
}
