/**
 * `google.rpc.Status`, the message in `grpc-status-details-bin`. Written out by hand because services without a
 * schema do not load a protobuf library:
 *
 *     message Status { int32 code = 1; string message = 2; repeated google.protobuf.Any details = 3; }
 *     message Any    { string type_url = 1; bytes value = 2; }
 */

/** A `google.protobuf.Any`. */
export interface AnyMessage {
  readonly typeUrl: string;
  readonly value: Uint8Array;
}

export function encodeStatus(code: number, message: string, details: readonly AnyMessage[]): Uint8Array {
  const out: number[] = [];
  if (code !== 0) out.push(0x08, ...varint(code));
  pushBytes(out, 0x12, new TextEncoder().encode(message));
  for (const detail of details) {
    const any: number[] = [];
    pushBytes(any, 0x0a, new TextEncoder().encode(detail.typeUrl));
    pushBytes(any, 0x12, detail.value);
    out.push(0x1a, ...varint(any.length));
    for (const byte of any) out.push(byte);
  }
  return new Uint8Array(out);
}

/** A length-delimited field; empty ones are left out, as proto3 does. */
function pushBytes(out: number[], tag: number, bytes: Uint8Array): void {
  if (bytes.length === 0) return;
  out.push(tag, ...varint(bytes.length));
  for (const byte of bytes) out.push(byte);
}

function varint(value: number): number[] {
  const out: number[] = [];
  let rest = value;
  while (rest > 0x7f) {
    out.push((rest & 0x7f) | 0x80);
    rest >>>= 7;
  }
  out.push(rest);
  return out;
}
