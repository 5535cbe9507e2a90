import type { Metadata } from "../metadata.ts";
import type { RequestHead } from "../transport.ts";
import { decodeBase64 } from "../wire/base64.ts";
import { type ContentType, parseContentType } from "../wire/content-type.ts";
import { WireFault } from "../wire/fault.ts";
import type { FrameReader } from "../wire/frame.ts";
import { queryValue } from "../wire/query.ts";
import { checkVersion } from "./connect.ts";
import { ConnectUnaryCall } from "./connect-unary.ts";

const NOTHING = new Uint8Array(0);

/** Connect, unary, by GET: the message stands in the query, so that browsers and proxies can cache the response. */
export class ConnectGetCall extends ConnectUnaryCall {
  readonly #query: string;

  constructor(type: ContentType, { headers, query }: RequestHead) {
    super(type, headers);
    this.#query = query;
  }

  override get encodingField(): string {
    return "compression";
  }

  override get requestEncoding(): string | undefined {
    const encoding = queryValue(this.#query, "compression");
    return encoding === "identity" ? undefined : encoding;
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
    return [...super.responseHeaders(metadata, encoding), "vary", this.acceptEncodingHeader];
  }

  protected override checkVersion(): void {
    checkVersion("connect", queryValue(this.#query, "connect"), "v1");
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
  if (message === undefined) throw new WireFault("malformed", 'the query lacks "message"');
  if (queryValue(query, "base64") !== "1") return new TextEncoder().encode(message);
  const bytes = decodeBase64(message.replaceAll("-", "+").replaceAll("_", "/"));
  if (bytes === undefined) throw new WireFault("malformed", 'the query\'s "message" is not base64');
  return bytes;
}
