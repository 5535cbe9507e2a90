import type { CompressionCodec } from "../compression.ts";
import type { CallContext, ProtocolName } from "../context.ts";
import type { AdapterOptions, Interceptor } from "../options.ts";
import { PROTOCOLS } from "../protocol/negotiate.ts";
import { afterIdleTurns } from "./idle.ts";
import { checkedLimits } from "./limits.ts";

/** The options, checked and complete. */
export interface Settings extends Limits, Pick<AdapterOptions, "json" | "mapError" | "cors" | "keepsCalls"> {
  readonly codecs: readonly CompressionCodec[];
  readonly compressMinBytes: number;
  readonly interceptors: readonly Interceptor[];
  readonly onError: (error: unknown, context: CallContext) => void;
  readonly protocols: readonly ProtocolName[];
  readonly waitUntil: (work: Promise<unknown>, platform: unknown) => void;
  readonly whenIdle: (callback: () => void) => void;
}

/** The options that are numbers, none of them negative. */
interface Limits {
  readonly maxReceiveMessageBytes: number;
  readonly maxSendMessageBytes: number;
  readonly maxMetadataBytes: number;
  readonly maxTimeoutMs: number;
  readonly defaultTimeoutMs: number;
}

const DEFAULT_LIMITS: Limits = {
  maxReceiveMessageBytes: 4 * 1024 * 1024,
  maxSendMessageBytes: Infinity,
  maxMetadataBytes: 16 * 1024,
  maxTimeoutMs: Infinity,
  defaultTimeoutMs: Infinity,
};

/** @throws RangeError or TypeError, naming the option */
export function resolveSettings(options: AdapterOptions): Settings {
  const { codecs = [], minBytes = 1024 } = options.compression || {};
  const { protocols = PROTOCOLS, cors, interceptors = [] } = options;
  for (const name of protocols) {
    if (!PROTOCOLS.includes(name)) {
      throw new TypeError(`unknown protocol "${name}": use ${PROTOCOLS.join(", ")}`);
    }
  }
  if (cors && cors.origins === undefined) {
    throw new TypeError('cors takes { origins }: "*", origins, patterns or a function');
  }
  return {
    ...options,
    ...checkedLimits(options, DEFAULT_LIMITS),
    codecs,
    compressMinBytes: minBytes,
    // One that is given as it is, and not in a list, must not be passed over: it may be what lets callers in.
    interceptors: [...interceptors],
    onError: options.onError ?? logError,
    protocols,
    waitUntil: options.waitUntil ?? (() => {}),
    whenIdle: options.whenIdle ?? afterIdleTurns,
  };
}

/** The default `onError`. */
export function logError(error: unknown, call: Pick<CallContext, "serviceName" | "methodName">): void {
  console.error(`railhead: error in ${call.serviceName}/${call.methodName}:`, error);
}
