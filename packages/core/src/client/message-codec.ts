import type { CompressionCodec } from "../compression.ts";
import { GrpcError } from "../error.ts";
import type { ClientResponse } from "../protocol/client-protocol.ts";
import { GrpcStatusCode } from "../status.ts";
import { WireFault } from "../wire/fault.ts";
import { FLAG_COMPRESSED, type Frame, oversized } from "../wire/frame.ts";
import { textOf } from "./failure.ts";
import type { ClientMethod } from "./method.ts";
import type { ClientSettings } from "./settings.ts";

/** A request message to what a frame holds. Throws a GrpcError. */
export async function encodeMessage(
  message: unknown,
  method: ClientMethod,
  settings: ClientSettings,
): Promise<Frame> {
  const payload = serialise(message, method, settings);
  const { maxSendMessageBytes, compressor, compressMinBytes } = settings;
  if (payload.length > maxSendMessageBytes) {
    const why = `a request message of ${payload.length} bytes is larger than the limit of ${maxSendMessageBytes} bytes`;
    throw new GrpcError(GrpcStatusCode.RESOURCE_EXHAUSTED, why);
  }
  if (compressor === undefined || payload.length < compressMinBytes) return { payload, flags: 0 };
  return { payload: await compressor.compress(payload), flags: FLAG_COMPRESSED };
}

function serialise(message: unknown, method: ClientMethod, settings: ClientSettings): Uint8Array {
  try {
    return method.encode(message, settings.json);
  } catch (error) {
    const why = `the request message of ${method.serviceName}/${method.methodName} cannot be encoded: ${textOf(error)}`;
    throw new GrpcError(GrpcStatusCode.INTERNAL, why, { cause: error });
  }
}

/** The payload of a frame, decompressed to no more than the limit. Throws a WireFault. */
export async function inflate(
  { payload, flags }: Frame,
  { encoding, mayBeDecoded }: Pick<ClientResponse, "encoding" | "mayBeDecoded">,
  codecs: readonly CompressionCodec[],
  maxBytes: number,
): Promise<Uint8Array> {
  if ((flags & FLAG_COMPRESSED) === 0) return payload;
  if (encoding === undefined) {
    throw new WireFault(
      "unnamed-encoding",
      "a response message is compressed, though the headers name no encoding",
    );
  }
  const codec = codecs.find(({ name }) => name === encoding);
  if (codec === undefined) {
    throw new WireFault(
      "unknown-encoding",
      `the response is compressed with "${encoding}", which was not asked for`,
    );
  }
  // Senders may mark an empty message without running it through the compressor.
  if (payload.length === 0) return payload;
  try {
    return await codec.decompress(payload, maxBytes);
  } catch (error) {
    if (error instanceof RangeError) throw oversized(undefined, maxBytes);
    if (mayBeDecoded) return payload;
    throw new WireFault("corrupt", `a response message is not valid ${encoding}`, { cause: error });
  }
}

/** A response message to what the caller gets. Throws a WireFault. */
export function decodeMessage(payload: Uint8Array, method: ClientMethod, settings: ClientSettings): unknown {
  try {
    return method.decode(payload, settings.json);
  } catch (error) {
    const why = `the response message of ${method.serviceName}/${method.methodName} cannot be decoded: ${textOf(error)}`;
    throw new WireFault("undecodable", why, { cause: error });
  }
}
