import type { CompressionCodec } from "../compression.ts";
import type { CallContext, ProtocolName } from "../context.ts";
import type { JsonFormat } from "../json-format.ts";
import type { AdapterOptions, CorsOptions, Interceptor } from "../options.ts";
import { PROTOCOLS } from "../protocol/negotiate.ts";
import { afterIdleTurns } from "./idle.ts";

/** The options, checked and complete. */
export interface Settings {
  readonly maxReceiveMessageBytes: number;
  readonly maxSendMessageBytes: number;
  readonly maxMetadataBytes: number;
  readonly maxTimeoutMs: number;
  readonly defaultTimeoutMs: number;
  readonly codecs: readonly CompressionCodec[];
  readonly compressMinBytes: number;
  readonly json: JsonFormat | undefined;
  readonly interceptors: readonly Interceptor[];
  readonly mapError: AdapterOptions["mapError"];
  readonly onError: (error: unknown, context: CallContext) => void;
  readonly protocols: readonly ProtocolName[];
  readonly cors: CorsOptions | undefined;
  readonly waitUntil: (work: Promise<unknown>, platform: unknown) => void;
  readonly keepsCalls: boolean;
  readonly whenIdle: (callback: () => void) => void;
}

/** @throws RangeError or TypeError, naming the option */
export function resolveSettings(options: AdapterOptions): Settings {
  const compression = options.compression === false ? undefined : options.compression;
  return {
    maxReceiveMessageBytes: size(options, "maxReceiveMessageBytes", 4 * 1024 * 1024),
    maxSendMessageBytes: size(options, "maxSendMessageBytes", Number.POSITIVE_INFINITY),
    maxMetadataBytes: size(options, "maxMetadataBytes", 16 * 1024),
    maxTimeoutMs: size(options, "maxTimeoutMs", Number.POSITIVE_INFINITY),
    defaultTimeoutMs: size(options, "defaultTimeoutMs", Number.POSITIVE_INFINITY),
    codecs: options.compression === false ? [] : (compression?.codecs ?? []),
    compressMinBytes: compression?.minBytes ?? 1024,
    json: options.json,
    interceptors: options.interceptors ?? [],
    mapError: options.mapError,
    onError: options.onError ?? logError,
    protocols: checkedProtocols(options.protocols),
    cors: options.cors,
    waitUntil: options.waitUntil ?? (() => {}),
    keepsCalls: options.keepsCalls ?? false,
    whenIdle: options.whenIdle ?? afterIdleTurns,
  };
}

type NumericOption =
  | "maxReceiveMessageBytes"
  | "maxSendMessageBytes"
  | "maxMetadataBytes"
  | "maxTimeoutMs"
  | "defaultTimeoutMs";

function size(options: AdapterOptions, name: NumericOption, fallback: number): number {
  const value = options[name] ?? fallback;
  if (typeof value === "number" && value >= 0) return value;
  throw new RangeError(`${name} must be a number that is not negative, not ${String(value)}`);
}

function checkedProtocols(protocols: readonly ProtocolName[] = PROTOCOLS): readonly ProtocolName[] {
  for (const name of protocols) {
    if (!PROTOCOLS.includes(name))
      throw new TypeError(`unknown protocol "${name}": use ${PROTOCOLS.join(", ")}`);
  }
  return protocols;
}

/** The default `onError`. */
export function logError(error: unknown, context: CallContext): void {
  console.error(`railhead: error in ${context.serviceName}/${context.methodName}:`, error);
}
