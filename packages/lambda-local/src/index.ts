export type { FrontEndName } from "./front/index.ts";
export { type LocalLambda, startLambda } from "./lambda.ts";
export type { LambdaOptions, Ports } from "./options.ts";
export { type RuntimeAvailability, runtimeAvailability } from "./runtime-client.ts";
