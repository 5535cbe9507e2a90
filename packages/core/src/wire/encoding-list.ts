/** A single name in lower case, for letter case does not matter (RFC 9110, section 8.4.1); undefined for no compression. */
export function parseEncoding(value: string | null | undefined): string | undefined {
  const name = value?.toLowerCase();
  return name === "" || name === "identity" ? undefined : name;
}

/** The names in `grpc-accept-encoding`, in the peer's order; "identity" and empty items are left out. */
export function parseEncodingList(value: string | null): readonly string[] {
  if (value === null) return [];
  return value
    .split(",")
    .map((item) => item.trim())
    .filter((item) => item !== "" && item !== "identity");
}

/** The names in `accept-encoding`, best first: with quality values, those of 0 left out (RFC 9110, section 12.5.3). */
export function parseRankedEncodings(value: string): readonly string[] {
  return parseEncodingList(value.toLowerCase())
    .map((item) => ({
      name: item.split(";", 1)[0]?.trim() ?? "",
      quality: Number(/;\s*q=([^;]*)/.exec(item)?.[1] ?? 1),
    }))
    .filter(({ name, quality }) => quality > 0 && name !== "identity")
    .sort((one, other) => other.quality - one.quality)
    .map(({ name }) => name);
}
