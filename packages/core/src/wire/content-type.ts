/** The content types of gRPC, gRPC-Web and Connect, both ways. */

/** How messages are serialised. */
export type CodecName = "proto" | "json";
/** What is around them: `grpc-web-text` is gRPC-Web in base64, `connect-unary` is nothing. */
export type Framing = "grpc" | "grpc-web" | "grpc-web-text" | "connect-unary" | "connect-stream";

export interface ContentType {
  readonly framing: Framing;
  readonly codec: CodecName;
  /** What the response says: the request's own type without parameters. */
  readonly value: string;
}

const GRPC_CODECS = ["", "+proto", "+json"];
const CONNECT_CODECS = ["proto", "json"];

const SUBTYPES = {
  grpc: ["grpc", GRPC_CODECS],
  "grpc-web": ["grpc-web", GRPC_CODECS],
  "grpc-web-text": ["grpc-web-text", GRPC_CODECS],
  "connect-unary": ["", CONNECT_CODECS],
  "connect-stream": ["connect+", CONNECT_CODECS],
} satisfies Record<Framing, readonly [string, readonly string[]]>;

const KNOWN: ReadonlyMap<string, ContentType> = new Map(
  (Object.keys(SUBTYPES) as Framing[]).flatMap((framing) => {
    const [prefix, codecs] = SUBTYPES[framing];
    return codecs.map((name) => {
      const value = `application/${prefix}${name}`;
      return [value, { framing, codec: name.endsWith("json") ? "json" : "proto", value }] as const;
    });
  }),
);

/** Undefined for anything that is not a content type of ours; parameters and letter case do not matter. */
export function parseContentType(value: string): ContentType | undefined {
  return KNOWN.get(value) ?? KNOWN.get((value.split(";", 1)[0] ?? "").trim().toLowerCase());
}

/** Every content type that will do, for `accept-post`. */
export function contentTypesOf(isUsable: (type: ContentType) => boolean): string {
  return [...KNOWN.values()]
    .filter(isUsable)
    .map((type) => type.value)
    .join(", ");
}
