import {
  create,
  type DescMessage,
  fromBinary,
  type MessageInitShape,
  type MessageShape,
  toBinary,
} from "@bufbuild/protobuf";
import type { GrpcError, GrpcErrorDetail } from "./error.ts";

const TYPE_URL_PREFIX = "type.googleapis.com/";

/**
 * A message as an error detail, for the `details` of a GrpcError.
 *
 * @throws Error, of protobuf-es, for a field that cannot be serialised
 */
export function packDetail<Desc extends DescMessage>(
  schema: Desc,
  init: MessageInitShape<Desc>,
): GrpcErrorDetail {
  return { typeUrl: TYPE_URL_PREFIX + schema.typeName, value: toBinary(schema, create(schema, init)) };
}

/**
 * The details of an error that are messages of a type, decoded.
 *
 * @throws Error, of protobuf-es, when the bytes of one are not a message of the type
 */
export function unpackDetails<Desc extends DescMessage>(
  error: GrpcError,
  schema: Desc,
): MessageShape<Desc>[] {
  return error.details
    .filter((detail) => detail.typeUrl.slice(detail.typeUrl.lastIndexOf("/") + 1) === schema.typeName)
    .map((detail) => fromBinary(schema, detail.value));
}
