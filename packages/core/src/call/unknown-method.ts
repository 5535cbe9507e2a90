import type { Procedure } from "../wire/procedure.ts";

/** What a caller is told whose method is not there, though its service may be. */
export function unknownMethod({ serviceName, methodName }: Procedure, hasService: boolean): string {
  return hasService
    ? `Service "${serviceName}" has no method "${methodName}"`
    : `No handler registered for service "${serviceName}"`;
}
