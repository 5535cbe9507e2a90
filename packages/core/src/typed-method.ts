import { create, type DescMethod, fromBinary, type MessageInitShape, toBinary } from "@bufbuild/protobuf";
import type { Method } from "./call/method.ts";

/** `MethodOptions.IdempotencyLevel.NO_SIDE_EFFECTS` of descriptor.proto. */
const NO_SIDE_EFFECTS = 1;

/** How the messages of a typed service are read. */
export interface RegisterServiceOptions {
  /**
   * Whether request messages keep the fields that their schema does not know, for handlers that store a message or pass it
   * on. False throws them away; kept, they take up to a hundred times their bytes. Default: true.
   */
  readonly readUnknownFields?: boolean | undefined;
}

/** A method of a typed service: protobuf or JSON on the wire, messages in the handler. */
export function typedMethod(
  method: DescMethod,
  invoke: Method["invoke"],
  options?: RegisterServiceOptions,
): Method {
  const { input, output } = method;
  const read = options?.readUnknownFields === false ? { readUnknownFields: false } : undefined;
  return {
    kind: method.methodKind,
    takesJson: true,
    noSideEffects: method.idempotency === NO_SIDE_EFFECTS,
    decode: (bytes, json) =>
      json === undefined ? fromBinary(input, bytes, read) : json.decode(input, bytes),
    invoke,
    encode: (value, json) => {
      if (typeof value !== "object" || value === null) {
        throw new TypeError(
          `${method.parent.typeName}/${method.name} must give ${output.typeName}, not ${value}`,
        );
      }
      // Types hold handlers to this shape; create() hands finished messages through.
      const message = create(output, value as MessageInitShape<typeof output>);
      return json === undefined ? toBinary(output, message) : json.encode(output, message);
    },
  };
}
