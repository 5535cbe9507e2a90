/** `@railhead/adapter-lambda`: serves Railhead services on AWS Lambda, and calls them there. */
export type { LambdaAnswer } from "./answer/answer.ts";
export {
  type BufferedLambdaHandler,
  createLambdaHandler,
  type LambdaHandlerOptions,
  type StreamingLambdaHandler,
} from "./handler.ts";
export { createLambdaFetch, type LambdaFetchOptions } from "./invoke/fetch.ts";
export type { InvokeInput, InvokeOutput, InvokeStreamEvent, LambdaInvoker } from "./invoke/invoker.ts";
export type { LambdaContext, LambdaPlatform } from "./lambda-context.ts";
export type { LambdaServiceSource } from "./lambda-server.ts";
export { lambdaPlatform } from "./platform.ts";
export type { LambdaResponseStream } from "./response-stream.ts";
