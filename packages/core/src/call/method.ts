import type { CallContext, MethodKind } from "../context.ts";
import type { JsonFormat } from "../json-format.ts";

/**
 * One method as the call layer runs it: the same shape for raw handlers and for typed services. Messages are `unknown`
 * here; `decode`, `invoke` and `encode` of one method agree on what they are.
 */
export interface Method {
  readonly kind: MethodKind;
  /** Whether it has a schema, and with it a JSON form. Default: false. */
  readonly takesJson?: boolean;
  /** Whether it may be called by GET: it changes nothing. Default: false. */
  readonly noSideEffects?: boolean;
  /**
   * One serialised request message to what `invoke` takes. Throws when it is not a message of the type.
   *
   * @param json the format, where messages are JSON
   */
  decode(bytes: Uint8Array, json?: JsonFormat): unknown;
  /**
   * Runs the handler.
   *
   * @param input a decoded message, or an async iterable of them where the client streams
   * @returns the response, or a promise of it; an async iterable where the server streams
   */
  invoke(input: unknown, context: CallContext): unknown;
  /** What the handler gave, serialised. Metadata that a response object carries goes to the context. */
  encode(value: unknown, json: JsonFormat | undefined, context: CallContext): Uint8Array;
}

/** What `createServer` routes by. */
export interface MethodRegistry {
  /** Undefined when the service is not registered, null when the service has no such method. */
  findMethod(serviceName: string, methodName: string): Method | null | undefined;
}

export function clientStreams(kind: MethodKind): boolean {
  return kind === "client_streaming" || kind === "bidi_streaming";
}

export function serverStreams(kind: MethodKind): boolean {
  return kind === "server_streaming" || kind === "bidi_streaming";
}
