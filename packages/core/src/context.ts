import type { Metadata, ReadonlyMetadata } from "./metadata.ts";
import type { ProtocolName } from "./wire/content-type.ts";

/** The four kinds of RPC, in protobuf-es's own words. */
export type MethodKind = "unary" | "server_streaming" | "client_streaming" | "bidi_streaming";

export type { ProtocolName };

/**
 * What a handler is told of its call, and what it can say beside its messages. To use whole or in parts, functions
 * included; a copy such as `{ ...context }` lacks most of it, for it is made when it is asked for.
 */
export interface CallContext {
  /** Such as "example.UserService". */
  readonly serviceName: string;
  /** Such as "GetUser". */
  readonly methodName: string;
  readonly kind: MethodKind;
  /** "local" for calls through `GrpcService.handleRequest`. */
  readonly protocol: ProtocolName | "local";
  /** Metadata the client sent. */
  readonly metadata: ReadonlyMetadata;
  /** Sent before the first message; too late once that is on its way. */
  readonly responseMetadata: Metadata;
  /** Sent with the status. */
  readonly responseTrailers: Metadata;
  /**
   * Sends the headers of a streamed response now, with what is in `responseMetadata`, instead of with the first message:
   * for streams that may be silent at first while the client waits to see that it is connected.
   */
  readonly sendHeaders: () => void;
  /**
   * When the call ends with DEADLINE_EXCEEDED: what the client asked for (`grpc-timeout`, in Connect `connect-timeout-ms`)
   * or `defaultTimeoutMs`, within `maxTimeoutMs` and what the platform leaves. Undefined: when nothing of it is set.
   */
  readonly deadline?: Date | undefined;
  /** Milliseconds until the deadline, never negative; Infinity without one. */
  readonly timeRemainingMs: () => number;
  /**
   * Aborts when the client resets the call, breaks its protocol or is gone, at the deadline, and when the server stops;
   * never when the call succeeds. Its reason is a GrpcError that bears the code. Hand it to `fetch`, timers and queries.
   */
  readonly signal: AbortSignal;
  /** "host:port" of the client, where the platform tells. */
  readonly peer: string | undefined;
  /** Values that interceptors hand to handlers, by key. */
  readonly values: ContextValues;
  /** What the platform offers; each adapter exports the type and a function that returns it typed. */
  readonly platform: unknown;
  /** Lets work go on after the response: the platform stays up for it, its failure goes to `onError`. */
  readonly waitUntil: (work: Promise<unknown>) => void;
}

/** A typed key of {@link ContextValues}, made by {@link createContextKey}. */
export interface ContextKey<T> {
  /** Shown in error messages. */
  readonly name: string;
  readonly defaultValue: T | undefined;
}

/**
 * A key for values that interceptors set and handlers get. Two keys never collide, whatever their names.
 *
 * @param defaultValue what `get` returns when nothing was set; without one, `get` throws then
 */
export function createContextKey<T>(name: string, defaultValue?: T): ContextKey<T> {
  return Object.freeze({ name, defaultValue });
}

/** The values of one call, by key. */
export class ContextValues {
  readonly #values = new Map<ContextKey<unknown>, unknown>();

  /**
   * The value, or the key's default.
   *
   * @throws Error when there is neither
   */
  get<T>(key: ContextKey<T>): T {
    // The map is filled by set() alone, which pairs each key with a value of its type.
    if (this.#values.has(key)) return this.#values.get(key) as T;
    if (key.defaultValue === undefined) throw new Error(`no value for context key "${key.name}"`);
    return key.defaultValue;
  }

  /** Sets the value under a key. */
  set<T>(key: ContextKey<T>, value: NoInfer<T>): this {
    this.#values.set(key, value);
    return this;
  }

  has(key: ContextKey<unknown>): boolean {
    return this.#values.has(key);
  }

  delete(key: ContextKey<unknown>): boolean {
    return this.#values.delete(key);
  }
}
