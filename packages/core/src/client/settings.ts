import { checkedLimits } from "../call/limits.ts";
import type { CompressionCodec } from "../compression.ts";
import type { JsonFormat } from "../json-format.ts";
import { webCompression } from "../web/compression.ts";
import type { CodecName } from "../wire/content-type.ts";
import type { ClientInterceptor, ClientOptions, FetchFunction, FetchTarget } from "./options.ts";
import { pageUrl } from "./page.ts";
import { type ClientProtocolName, checkedProtocol } from "./protocols.ts";
import { canStreamRequests } from "./request-streams.ts";

/** The options that are numbers, none of them negative. */
interface Limits {
  readonly maxReceiveMessageBytes: number;
  readonly maxSendMessageBytes: number;
  readonly defaultTimeoutMs: number;
}

const DEFAULT_LIMITS: Limits = {
  maxReceiveMessageBytes: 4 * 1024 * 1024,
  maxSendMessageBytes: Infinity,
  defaultTimeoutMs: Infinity,
};

/** The options, checked and complete. */
export interface ClientSettings extends Limits {
  /** Without a slash at the end. */
  readonly baseUrl: string;
  readonly fetch: FetchFunction;
  readonly protocol: ClientProtocolName;
  readonly codec: CodecName;
  readonly json: JsonFormat | undefined;
  readonly codecs: readonly CompressionCodec[];
  readonly compressor: CompressionCodec | undefined;
  readonly compressMinBytes: number;
  readonly interceptors: readonly ClientInterceptor[];
  readonly useHttpGet: boolean;
  /** Asked when the first stream is sent. */
  readonly streamRequests: (baseUrl: string) => boolean;
}

/** @throws RangeError or TypeError, naming the option */
export function resolveClientSettings(options: ClientOptions): ClientSettings {
  const compression = options.compression === false ? { codecs: [] } : (options.compression ?? {});
  const codecs = compression.codecs ?? webCompression();
  const { streamRequests, interceptors = [] } = options;
  return {
    baseUrl: checkedUrl(options.baseUrl),
    fetch: fetchOf(options.fetch),
    protocol: checkedProtocol(options.protocol),
    ...checkedCodec(options),
    codecs,
    compressor: findCompressor(codecs, compression.send),
    compressMinBytes: compression.minBytes ?? 1024,
    ...checkedLimits(options, DEFAULT_LIMITS),
    interceptors: [...interceptors],
    useHttpGet: options.useHttpGet ?? false,
    streamRequests: streamRequests === undefined ? canStreamRequests : () => streamRequests,
  };
}

/** What `Request` takes, and paths can be put behind: no credentials, no query, no fragment. */
const BASE_URL = /^https?:\/\/[^/@?#]+\/[^?#]*$/;

function checkedUrl(baseUrl: string): string {
  const base = pageUrl();
  // "localhost:8080" is a URL too, whose scheme is "localhost".
  if (!URL.canParse(baseUrl, base) || !BASE_URL.test(new URL(baseUrl, base).href)) {
    throw new TypeError(
      `baseUrl must be a URL such as "https://api.example.com", without credentials or query, not "${baseUrl}"`,
    );
  }
  return baseUrl.replace(/\/+$/, "");
}

function fetchOf(target: FetchTarget | undefined): FetchFunction {
  // Looked up anew for each call, for tests and tools replace it; and called without an owner, which browsers insist on.
  if (target === undefined) return (request) => globalThis.fetch(request);
  if (typeof target === "function") return (request) => target(request);
  if (typeof target.fetch === "function") return (request) => target.fetch(request);
  throw new TypeError("fetch must be a function, or an object with a method fetch");
}

function checkedCodec({ codec = "proto", json }: ClientOptions): Pick<ClientSettings, "codec" | "json"> {
  if (codec === "proto") return { codec, json: undefined };
  if (codec !== "json") throw new TypeError(`unknown codec "${codec}": use proto or json`);
  if (json === undefined) throw new TypeError('codec "json" needs the option json: jsonFormat()');
  return { codec, json };
}

function findCompressor(
  codecs: readonly CompressionCodec[],
  send: string | undefined,
): CompressionCodec | undefined {
  if (send === undefined) return undefined;
  const codec = codecs.find(({ name }) => name === send);
  if (codec !== undefined) return codec;
  const known = codecs.map(({ name }) => name).join(", ");
  throw new TypeError(`compression.send is "${send}", which is none of compression.codecs (${known})`);
}
