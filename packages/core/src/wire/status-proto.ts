/**
 * `google.rpc.Status`, the message in `grpc-status-details-bin`. Written out by hand because services without a
 * schema do not load a protobuf library:
 *
 *     message Status { int32 code = 1; string message = 2; repeated google.protobuf.Any details = 3; }
 *     message Any    { string type_url = 1; bytes value = 2; }
 */

import { encodeUtf8 } from "./text.ts";

type Bytes = Uint8Array | readonly number[];

/** A `google.protobuf.Any`. */
export interface AnyMessage {
  readonly typeUrl: string;
  readonly value: Uint8Array;
}

export function encodeStatus(code: number, message: string, details: readonly AnyMessage[]): Uint8Array {
  return new Uint8Array([
    ...(code === 0 ? [] : [0x08, ...varint(code)]),
    ...optionalField(0x12, encodeUtf8(message)),
    ...details.flatMap(({ typeUrl, value }) =>
      field(0x1a, [...optionalField(0x0a, encodeUtf8(typeUrl)), ...optionalField(0x12, value)]),
    ),
  ]);
}

/** A length-delimited field that is left out when it is empty, as proto3 does. */
function optionalField(tag: number, bytes: Bytes): number[] {
  return bytes.length === 0 ? [] : field(tag, bytes);
}

function field(tag: number, bytes: Bytes): number[] {
  return [tag, ...varint(bytes.length), ...bytes];
}

function varint(value: number): number[] {
  return value > 0x7f ? [(value & 0x7f) | 0x80, ...varint(value >>> 7)] : [value];
}

/** The details in a Status; undefined when the bytes are none. */
export function decodeStatusDetails(bytes: Uint8Array): AnyMessage[] | undefined {
  const fields = readFields(bytes);
  const details = fields?.filter(([number]) => number === 3).map(([, value]) => decodeAny(value));
  return details?.every((detail) => detail !== undefined) ? details : undefined;
}

function decodeAny(bytes: Uint8Array): AnyMessage | undefined {
  const fields = readFields(bytes);
  if (fields === undefined) return undefined;
  // The last one counts, as it does in every parser of protobuf.
  const last = (number: number): Uint8Array =>
    fields.findLast(([one]) => one === number)?.[1] ?? new Uint8Array(0);
  return { typeUrl: new TextDecoder().decode(last(1)), value: last(2) };
}

/** Fixed sizes by wire type: I64 and I32. */
const FIXED_BYTES: Readonly<Record<number, number>> = { 1: 8, 5: 4 };

/** The length-delimited fields of a message, by number; undefined when the bytes are none. */
function readFields(bytes: Uint8Array): [number: number, value: Uint8Array][] | undefined {
  const fields: [number, Uint8Array][] = [];
  let at = 0;
  const readVarint = (): number => {
    for (let value = 0, scale = 1; at < bytes.length && scale < 2 ** 70; scale *= 128) {
      const byte = bytes[at++] ?? 0;
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) return value;
    }
    return Number.NaN;
  };
  while (at < bytes.length) {
    const tag = readVarint();
    const type = tag % 8;
    const length =
      type === 0 ? readVarint() * 0 : type === 2 ? readVarint() : (FIXED_BYTES[type] ?? Number.NaN);
    // Not "at + length > bytes.length": NaN has to fail as well.
    if (!(at + length <= bytes.length)) return undefined;
    // What has a number of ours and another type is an unknown field.
    if (type === 2) fields.push([Math.floor(tag / 8), bytes.subarray(at, at + length)]);
    at += length;
  }
  return fields;
}
