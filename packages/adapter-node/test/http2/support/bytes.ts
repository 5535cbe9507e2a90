import fc from "fast-check";

/** Bytes by their hexadecimal digits, which may have spaces in between. */
export function hex(digits: string): Buffer {
  return Buffer.from(digits.replaceAll(/\s/g, ""), "hex");
}

/** Bytes by their bits. */
export function bits(digits: string): Buffer {
  if (digits.length % 8 !== 0) throw new RangeError(`${digits.length} bits are no bytes`);
  return Buffer.from((digits.match(/.{8}/g) ?? []).map((octet) => Number.parseInt(octet, 2)));
}

/** A buffer in pieces of these lengths, over and over. */
export function cut(whole: Buffer, lengths: readonly number[]): readonly Buffer[] {
  const pieces: Buffer[] = [];
  for (let at = 0, turn = 0; at < whole.length; turn++) {
    const end = at + (lengths[turn % lengths.length] ?? whole.length);
    pieces.push(whole.subarray(at, end));
    at = end;
  }
  return pieces;
}

/** How something may be cut: often into small pieces. */
export const lengths: fc.Arbitrary<number[]> = fc.array(
  fc.oneof(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: 40 })),
  {
    minLength: 1,
    maxLength: 8,
  },
);
