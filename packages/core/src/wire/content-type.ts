/** The content types of gRPC, gRPC-Web and Connect, both ways. */

/** The protocols a call can arrive by. */
export type ProtocolName = "grpc" | "grpc-web" | "connect";
/** How messages are serialised. */
export type CodecName = "proto" | "json";
/** What is around them: `grpc-web-text` is gRPC-Web in base64, `connect-unary` is nothing. */
export type Framing = "grpc" | "grpc-web" | "grpc-web-text" | "connect-unary" | "connect-stream";

export interface ContentType {
  readonly protocol: ProtocolName;
  readonly framing: Framing;
  readonly codec: CodecName;
  /** What the response says: the request's own type without parameters. */
  readonly value: string;
}

const KNOWN = new Map<string, ContentType>();

function know(protocol: ProtocolName, framing: Framing, prefix: string, codecs: readonly string[]): void {
  for (const name of codecs) {
    const value = `application/${prefix}${name}`;
    KNOWN.set(value, { protocol, framing, codec: name.endsWith("json") ? "json" : "proto", value });
  }
}

const GRPC_CODECS = ["", "+proto", "+json"];
know("grpc", "grpc", "grpc", GRPC_CODECS);
know("grpc-web", "grpc-web", "grpc-web", GRPC_CODECS);
know("grpc-web", "grpc-web-text", "grpc-web-text", GRPC_CODECS);
know("connect", "connect-unary", "", ["proto", "json"]);
know("connect", "connect-stream", "connect+", ["proto", "json"]);

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
