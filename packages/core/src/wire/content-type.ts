/** The content types of gRPC and gRPC-Web, both ways. */

/** How messages are serialised. */
export type CodecName = "proto" | "json";
/** The framing around them: `grpc-web-text` is gRPC-Web in base64. */
export type Framing = "grpc" | "grpc-web" | "grpc-web-text";

export interface ContentType {
  readonly framing: Framing;
  readonly codec: CodecName;
  /** What the response says: the request's own type without parameters. */
  readonly value: string;
}

const FRAMINGS: readonly Framing[] = ["grpc", "grpc-web", "grpc-web-text"];
const SUBTYPES: readonly (readonly [string, CodecName])[] = [
  ["", "proto"],
  ["+proto", "proto"],
  ["+json", "json"],
];

const KNOWN: ReadonlyMap<string, ContentType> = new Map(
  FRAMINGS.flatMap((framing) =>
    SUBTYPES.map(([suffix, codec]) => {
      const value = `application/${framing}${suffix}`;
      return [value, { framing, codec, value }] as const;
    }),
  ),
);

/** Undefined for anything that is not a content type of ours; parameters and letter case do not matter. */
export function parseContentType(value: string): ContentType | undefined {
  return KNOWN.get(value) ?? KNOWN.get((value.split(";", 1)[0] ?? "").trim().toLowerCase());
}

/** Every content type of a framing, for `accept-post`. */
export function contentTypesOf(framings: readonly Framing[]): string {
  return [...KNOWN.values()]
    .filter((type) => framings.includes(type.framing))
    .map((type) => type.value)
    .join(", ");
}
