import type { Metadata } from "../metadata.ts";
import type { RequestHead } from "../transport.ts";
import { decodeBase64 } from "../wire/base64.ts";
import { type ContentType, parseContentType } from "../wire/content-type.ts";
import { parseEncoding } from "../wire/encoding-list.ts";
import type { FrameReader } from "../wire/frame.ts";
import { malformedParameter, queryValue } from "../wire/query.ts";
import { encodeUtf8 } from "../wire/text.ts";
import { UNARY_FIELDS } from "./connect.ts";
import { ConnectUnaryCall } from "./connect-unary.ts";
import type { FieldNames } from "./protocol.ts";

/** The request's encoding is a parameter of the query, the response's a header. */
const GET_FIELDS: FieldNames = { ...UNARY_FIELDS, encoding: "compression" };
const NOTHING = new Uint8Array(0);

/** Connect, unary, by GET: the message stands in the query, so that browsers and proxies can cache the response. */
export class ConnectGetCall extends ConnectUnaryCall {
  readonly #query: string;

  constructor(type: ContentType, head: RequestHead) {
    super(type, head);
    this.#query = head.query;
  }

  override get fields(): FieldNames {
    return GET_FIELDS;
  }

  override get requestEncoding(): string | undefined {
    return parseEncoding(queryValue(this.#query, "compression"));
  }

  override openReader(maxMessageBytes: number): FrameReader {
    const reader = super.openReader(maxMessageBytes);
    reader.push(parseMessage(this.#query));
    return reader;
  }

  /** A body has no meaning here. */
  override unwrap(): Uint8Array {
    return NOTHING;
  }

  override responseHeaders(metadata: Metadata | undefined, encoding: string | undefined): string[] {
    const list = super.responseHeaders(metadata, undefined);
    list.push("vary", this.fields.acceptEncoding);
    if (encoding) list.push(UNARY_FIELDS.encoding, encoding);
    return list;
  }

  protected override version(): string {
    return queryValue(this.#query, "connect") ?? "v1";
  }
}

/** "Encoding-Query" as a content type; undefined when the query does not name a codec. */
export function contentTypeOfQuery(query: string): ContentType | undefined {
  const codec = /(?:^|&)encoding=(proto|json)(?:&|$)/.exec(query)?.[1];
  return codec === undefined ? undefined : parseContentType(`application/${codec}`);
}

/** "Message-Query": text, or with "base64=1" bytes in the URL-safe alphabet, padded or not. */
function parseMessage(query: string): Uint8Array {
  const message = queryValue(query, "message");
  const bytes =
    message && queryValue(query, "base64") === "1"
      ? decodeBase64(message.replaceAll("-", "+").replaceAll("_", "/"))
      : message !== undefined && encodeUtf8(message);
  if (!bytes) throw malformedParameter("message");
  return bytes;
}
