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
  return parseEncodingList(value)
    .map((item) => {
      const [name = "", ...parameters] = item.split(";").map((part) => part.trim().toLowerCase());
      const quality = parameters.find((parameter) => parameter.startsWith("q="));
      return { name, quality: quality === undefined ? 1 : Number(quality.slice(2)) };
    })
    .filter(({ name, quality }) => quality > 0 && name !== "identity")
    .sort((one, other) => other.quality - one.quality)
    .map(({ name }) => name);
}
