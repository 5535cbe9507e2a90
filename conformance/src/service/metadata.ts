import type { MessageInitShape, MessageShape } from "@bufbuild/protobuf";
import { base64Decode } from "@bufbuild/protobuf/wire";
import type { Metadata, ReadonlyMetadata } from "@railhead/core";
import type { HeaderSchema } from "../gen/connectrpc/conformance/v1/service_pb.ts";

/** Adds the headers or trailers that a request asks for. */
export function addHeaders(metadata: Metadata, headers: readonly MessageShape<typeof HeaderSchema>[]): void {
  for (const { name, value } of headers) {
    const isBinary = name.toLowerCase().endsWith("-bin");
    for (const text of value) metadata.append(name, isBinary ? base64Decode(text) : text);
  }
}

/** Metadata as the suite writes it: a name and its values. */
export function toHeaders(metadata: ReadonlyMetadata): MessageInitShape<typeof HeaderSchema>[] {
  return Object.entries(metadata.toJSON()).map(([name, value]) => ({ name, value: [value].flat() }));
}
