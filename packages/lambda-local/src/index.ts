export { type LocalLambda, startLambda } from "./lambda.ts";
export type { LambdaOptions } from "./options.ts";
export { type RuntimeAvailability, runtimeAvailability } from "./runtime-client.ts";
