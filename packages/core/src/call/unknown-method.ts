import { GrpcError } from "../error.ts";
import { GrpcStatusCode } from "../status.ts";

/** The error for what `MethodRegistry.findMethod` did not find: no such service, or (null) no such method. */
export function unknownMethod(serviceName: string, methodName: string, found: null | undefined): GrpcError {
  const message =
    found === undefined
      ? `No handler registered for service "${serviceName}"`
      : `Service "${serviceName}" has no method "${methodName}"`;
  return new GrpcError(GrpcStatusCode.UNIMPLEMENTED, message);
}
