import {
  create,
  type DescMethod,
  type DescMethodBiDiStreaming,
  type DescMethodClientStreaming,
  type DescMethodServerStreaming,
  type DescMethodUnary,
  type DescService,
  fromBinary,
  type MessageInitShape,
  type MessageShape,
  toBinary,
} from "@bufbuild/protobuf";
import { serverStreams } from "./call/method.ts";
import { callForMany, callForOne } from "./client/call.ts";
import type { ClientMethod } from "./client/method.ts";
import type { CallOptions, ClientOptions } from "./client/options.ts";
import type { MessageSource } from "./client/request-pieces.ts";
import { resolveClientSettings } from "./client/settings.ts";

/** A method of a typed client, by its descriptor: what `create()` accepts in, decoded messages out. */
export type MethodCall<M extends DescMethod> =
  M extends DescMethodUnary<infer I, infer O>
    ? (request: MessageInitShape<I>, options?: CallOptions) => Promise<MessageShape<O>>
    : M extends DescMethodServerStreaming<infer I, infer O>
      ? (request: MessageInitShape<I>, options?: CallOptions) => AsyncIterable<MessageShape<O>>
      : M extends DescMethodClientStreaming<infer I, infer O>
        ? (requests: MessageSource<MessageInitShape<I>>, options?: CallOptions) => Promise<MessageShape<O>>
        : M extends DescMethodBiDiStreaming<infer I, infer O>
          ? (
              requests: MessageSource<MessageInitShape<I>>,
              options?: CallOptions,
            ) => AsyncIterable<MessageShape<O>>
          : never;

/** A typed client: the methods of a service, by their names in generated code. */
export type Client<S extends DescService> = {
  readonly [Name in keyof S["method"]]: MethodCall<S["method"][Name]>;
};

/**
 * A client of a service that `protoc-gen-es` described. Calls fail with a GrpcError; calls whose response is a stream
 * begin when its first message is asked for, and are cancelled by whoever stops reading.
 *
 * @throws RangeError or TypeError for an option that makes no sense, naming it
 */
export function createClient<S extends DescService>(descriptor: S, options: ClientOptions): Client<S> {
  const settings = resolveClientSettings(options);
  const calls = descriptor.methods.map((desc) => {
    const method = clientMethod(desc);
    const call = serverStreams(desc.methodKind) ? callForMany : callForOne;
    return [
      desc.localName,
      (input: unknown, call_?: CallOptions) => call(method, settings, input, call_),
    ] as const;
  });
  // One entry for each method, each of which takes and gives what its descriptor says.
  return Object.freeze(Object.fromEntries(calls)) as Client<S>;
}

/** `google.protobuf.MethodOptions.IdempotencyLevel`, NO_SIDE_EFFECTS. */
const NO_SIDE_EFFECTS = 1;

function clientMethod(desc: DescMethod): ClientMethod {
  const { input, output } = desc;
  return {
    serviceName: desc.parent.typeName,
    methodName: desc.name,
    kind: desc.methodKind,
    noSideEffects: desc.idempotency === NO_SIDE_EFFECTS,
    encode: (value, json) => {
      if (typeof value !== "object" || value === null)
        throw new TypeError(`${value} is no ${input.typeName}`);
      // Types hold callers to this shape; create() hands finished messages through.
      const message = create(input, value as MessageInitShape<typeof input>);
      return json === undefined ? toBinary(input, message) : json.encode(input, message);
    },
    decode: (bytes, json) => (json === undefined ? fromBinary(output, bytes) : json.decode(output, bytes)),
  };
}
