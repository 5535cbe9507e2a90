import type { MethodKind } from "../context.ts";
import { callForMany, callForOne } from "./call.ts";
import type { ClientMethod } from "./method.ts";
import type { ClientOptions, RawCallOptions } from "./options.ts";
import type { MessageSource } from "./request-pieces.ts";
import { resolveClientSettings } from "./settings.ts";

/** Calls methods by name, with serialised messages. */
export interface RawClient {
  /** One message each way. Rejects with a GrpcError. */
  unary(
    serviceName: string,
    methodName: string,
    request: Uint8Array,
    options?: RawCallOptions,
  ): Promise<Uint8Array>;
  /** The call begins when the first message is asked for; reading fails with a GrpcError. */
  serverStreaming(
    serviceName: string,
    methodName: string,
    request: Uint8Array,
    options?: RawCallOptions,
  ): AsyncIterable<Uint8Array>;
  /** Rejects with a GrpcError. */
  clientStreaming(
    serviceName: string,
    methodName: string,
    requests: MessageSource<Uint8Array>,
    options?: RawCallOptions,
  ): Promise<Uint8Array>;
  /** Messages of both sides may overlap where the runtime and the way to the server allow it. */
  bidiStreaming(
    serviceName: string,
    methodName: string,
    requests: MessageSource<Uint8Array>,
    options?: RawCallOptions,
  ): AsyncIterable<Uint8Array>;
}

/**
 * A client for methods without a schema: bytes in, bytes out.
 *
 * @throws RangeError or TypeError for an option that makes no sense, naming it
 */
export function createRawClient(options: ClientOptions): RawClient {
  const settings = resolveClientSettings(options);
  if (settings.codec === "json") throw new TypeError('a raw client has no schema, and so no codec "json"');
  // decode() below gives bytes, and nothing else comes out of these calls.
  const one =
    (kind: MethodKind) =>
    (serviceName: string, methodName: string, input: unknown, call?: RawCallOptions): Promise<Uint8Array> =>
      callForOne(
        rawMethod(serviceName, methodName, kind, call),
        settings,
        input,
        call,
      ) as Promise<Uint8Array>;
  const many =
    (kind: MethodKind) =>
    (
      serviceName: string,
      methodName: string,
      input: unknown,
      call?: RawCallOptions,
    ): AsyncIterable<Uint8Array> =>
      callForMany(
        rawMethod(serviceName, methodName, kind, call),
        settings,
        input,
        call,
      ) as AsyncIterableIterator<Uint8Array>;
  return {
    unary: one("unary"),
    serverStreaming: many("server_streaming"),
    clientStreaming: one("client_streaming"),
    bidiStreaming: many("bidi_streaming"),
  };
}

function rawMethod(
  serviceName: string,
  methodName: string,
  kind: MethodKind,
  options: RawCallOptions | undefined,
): ClientMethod {
  return {
    serviceName,
    methodName,
    kind,
    noSideEffects: options?.noSideEffects ?? false,
    encode: checkedBytes,
    decode: (bytes) => bytes,
  };
}

function checkedBytes(message: unknown): Uint8Array {
  if (message instanceof Uint8Array) return message;
  throw new TypeError("a raw client sends Uint8Array messages");
}
