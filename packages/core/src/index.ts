/** `@railhead/core`: gRPC services for any JavaScript runtime. */
export { packDetail, unpackDetails } from "./error-detail.ts";
export * from "./shared.ts";
export {
  GrpcService,
  type MethodImplementation,
  type RegisterServiceOptions,
  type ServiceImplementation,
} from "./typed-service.ts";
