import type { CompressionCodec } from "../compression.ts";
import type { CallContext } from "../context.ts";
import { GrpcError } from "../error.ts";
import type { JsonFormat } from "../json-format.ts";
import type { ProtocolCall } from "../protocol/protocol.ts";
import { GrpcStatusCode } from "../status.ts";
import { WireFault } from "../wire/fault.ts";
import { FLAG_COMPRESSED, type Frame, oversized } from "../wire/frame.ts";
import type { Method } from "./method.ts";
import type { Settings } from "./settings.ts";

/**
 * The messages of one call between frame and handler: decompressed and decoded on the way in, encoded, measured and
 * compressed on the way out.
 */
export class MessageCodec {
  /** False once the call is over. */
  isWanted = true;
  readonly #method: Method;
  readonly #protocol: ProtocolCall;
  readonly #settings: Settings;
  readonly #context: CallContext;
  /** Undefined where messages are binary. */
  readonly #json: JsonFormat | undefined;
  readonly #decompressor: CompressionCodec | undefined;
  /** Undefined: not looked up yet. Null: nothing in common. */
  #compressor: CompressionCodec | null | undefined;

  /** Throws a WireFault when the request is compressed with something unknown. */
  constructor(method: Method, protocol: ProtocolCall, settings: Settings, context: CallContext) {
    this.#method = method;
    this.#protocol = protocol;
    this.#settings = settings;
    this.#context = context;
    this.#json = protocol.type.codec === "json" ? settings.json : undefined;
    this.#decompressor = requestCodec(protocol, settings.codecs);
  }

  /** A request message; a promise where it has to be decompressed. Throws a WireFault. */
  read(frame: Frame): unknown {
    if ((frame.flags & FLAG_COMPRESSED) === 0) return this.#decode(frame.payload);
    if (this.#decompressor === undefined) {
      // gRPC Compression, "Compression Method Asymmetry": a compressed flag without an encoding is INTERNAL.
      const { encoding: encodingField } = this.#protocol.fields;
      throw new WireFault(
        "unnamed-encoding",
        `a message is marked as compressed, but the call names no ${encodingField}`,
      );
    }
    // Senders may mark an empty message without running it through the compressor.
    if (frame.payload.length === 0) return this.#decode(frame.payload);
    return this.#decompress(this.#decompressor, frame.payload);
  }

  /** A response message; a promise where it has to be compressed. Throws a GrpcError over the limit. */
  write(value: unknown): Frame | Promise<Frame> {
    const payload = this.#method.encode(value, this.#json, this.#context);
    // Throws where the array's memory was given to someone else, which leaves it without a length.
    if (payload.length === 0) payload.at(0);
    const { maxSendMessageBytes, compressMinBytes } = this.#settings;
    if (payload.length > maxSendMessageBytes) {
      const message = `a response message of ${payload.length} bytes is larger than the limit of ${maxSendMessageBytes} bytes`;
      throw new GrpcError(GrpcStatusCode.RESOURCE_EXHAUSTED, message);
    }
    if (payload.length < compressMinBytes || this.#settings.codecs.length === 0) return { payload, flags: 0 };
    const compressor = this.#findCompressor();
    return compressor === null ? { payload, flags: 0 } : compress(compressor, payload);
  }

  /** The encoding to announce in the response's headers; undefined when no message can be compressed. */
  get responseEncoding(): string | undefined {
    return this.#settings.codecs.length === 0 ? undefined : this.#findCompressor()?.name;
  }

  #findCompressor(): CompressionCodec | null {
    if (this.#compressor === undefined) {
      const { codecs } = this.#settings;
      const chosen = this.#protocol.chooseEncoding(codecs.map(({ name }) => name));
      this.#compressor = codecs.find(({ name }) => name === chosen) ?? null;
    }
    return this.#compressor;
  }

  #decode(bytes: Uint8Array): unknown {
    try {
      return this.#method.decode(bytes, this.#json);
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      throw new WireFault("undecodable", `the request message cannot be decoded: ${why}`, { cause: error });
    }
  }

  async #decompress(codec: CompressionCodec, payload: Uint8Array): Promise<unknown> {
    const { maxReceiveMessageBytes } = this.#settings;
    let plain: Uint8Array;
    try {
      plain = await codec.decompress(payload, maxReceiveMessageBytes, () => this.isWanted);
    } catch (error) {
      if (error instanceof RangeError) throw oversized(undefined, maxReceiveMessageBytes);
      throw new WireFault("corrupt", `the request message is not valid ${codec.name}`, { cause: error });
    }
    return this.#decode(plain);
  }
}

async function compress(codec: CompressionCodec, payload: Uint8Array): Promise<Frame> {
  return { payload: await codec.compress(payload), flags: FLAG_COMPRESSED };
}

function requestCodec(
  { requestEncoding: encoding, fields: { encoding: encodingField } }: ProtocolCall,
  codecs: readonly CompressionCodec[],
): CompressionCodec | undefined {
  if (encoding === undefined) return undefined;
  const codec = codecs.find(({ name }) => name === encoding);
  if (codec !== undefined) return codec;
  const known = ["identity", ...codecs.map(({ name }) => name)].join(", ");
  throw new WireFault(
    "unknown-encoding",
    `${encodingField} "${encoding}" is not supported; use one of: ${known}`,
  );
}
