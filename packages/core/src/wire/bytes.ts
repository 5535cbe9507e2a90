/** One array out of several; the only one is handed through. */
export function joinBytes(parts: readonly Uint8Array[]): Uint8Array {
  const first = parts[0];
  if (parts.length === 1 && first !== undefined) return first;
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/** Arrays from this length on are not copied to be in one piece with others. */
export const LARGE_BYTES: number = 16 * 1024;

/** The same bytes in as few pieces as is worth a copy. */
export function gatherBytes(parts: readonly Uint8Array[]): readonly Uint8Array[] {
  return parts.some((part) => part.length >= LARGE_BYTES) ? parts : [joinBytes(parts)];
}

/** @throws TypeError for anything that is no Uint8Array, naming it as `what` */
export function checkedBytes(value: unknown, what: string): Uint8Array {
  if (value instanceof Uint8Array) return value;
  throw new TypeError(`${what} must be a Uint8Array`);
}
