/** The names in `grpc-accept-encoding`, in the peer's order; "identity" and empty items are left out. */
export function parseEncodingList(value: string | null): readonly string[] {
  if (value === null) return [];
  return value
    .split(",")
    .map((item) => item.trim())
    .filter((item) => item !== "" && item !== "identity");
}
