/** google.rpc.Status by hand, for details of types in type.googleapis.com; every length is under 128. */
export function statusProto(
  code: number,
  message: string,
  details: readonly (readonly [type: string, value: Uint8Array])[],
): Uint8Array {
  const field = (tag: number, bytes: Iterable<number>): number[] => {
    const all = [...bytes];
    return [tag, all.length, ...all];
  };
  const text = (value: string): Uint8Array => new TextEncoder().encode(value);
  const anys = details.flatMap(([type, value]) =>
    field(0x1a, [...field(0x0a, text(`type.googleapis.com/${type}`)), ...field(0x12, value)]),
  );
  return new Uint8Array([0x08, code, ...field(0x12, text(message)), ...anys]);
}
