import {
  create,
  type DescMethod,
  fromBinary,
  fromJsonString,
  type MessageInitShape,
  type Registry,
  toBinary,
  toJsonString,
} from "@bufbuild/protobuf";
import type { Method } from "./call/method.ts";

/** A method of a typed service: protobuf or JSON on the wire, messages in the handler. */
export function typedMethod(
  method: DescMethod,
  invoke: Method["invoke"],
  registry: Registry | undefined,
): Method {
  const { input, output } = method;
  const jsonOptions = registry === undefined ? {} : { registry };
  return {
    kind: method.methodKind,
    codecs: ["proto", "json"],
    decode: (bytes, codec) =>
      codec === "proto"
        ? fromBinary(input, bytes)
        : fromJsonString(input, new TextDecoder("utf-8", { fatal: true }).decode(bytes), {
            ignoreUnknownFields: true,
            ...jsonOptions,
          }),
    invoke,
    encode: (value, codec) => {
      if (typeof value !== "object" || value === null) {
        throw new TypeError(
          `${method.parent.typeName}/${method.name} must give a ${output.typeName}, not ${value}`,
        );
      }
      // Types hold handlers to this shape; create() hands finished messages through.
      const message = create(output, value as MessageInitShape<typeof output>);
      return codec === "proto"
        ? toBinary(output, message)
        : new TextEncoder().encode(toJsonString(output, message, jsonOptions));
    },
  };
}
