/** `@railhead/core`: gRPC services for any JavaScript runtime. */
export { packDetail, unpackDetails } from "./error-detail.ts";
export { type JsonFormat, jsonFormat } from "./json-format.ts";
export * from "./shared.ts";
export type { RegisterServiceOptions } from "./typed-method.ts";
export {
  GrpcService,
  type MethodImplementation,
  type ServiceImplementation,
} from "./typed-service.ts";
