/** The path of a call: "/" Service-Name "/" method name (gRPC over HTTP/2, "Requests", Path). */
export interface Procedure {
  readonly serviceName: string;
  readonly methodName: string;
}

/** Undefined when the path does not name a service and a method. */
export function parseProcedure(path: string): Procedure | undefined {
  const slash = path.lastIndexOf("/");
  if (slash < 2 || slash === path.length - 1 || path.charCodeAt(0) !== 0x2f) return undefined;
  const serviceName = path.slice(1, slash);
  if (serviceName.includes("/")) return undefined;
  return { serviceName, methodName: path.slice(slash + 1) };
}
