import { encodeFrame, FLAG_COMPRESSED, FLAG_TRAILERS, FrameReader, oversized } from "../wire/frame.ts";

/** One length-prefixed message of gRPC. */
export interface StreamMessage {
  readonly payload: Uint8Array;
  /** The payload is compressed with the stream's encoding; nothing here decompresses it. */
  readonly compressed: boolean;
  /** The frame holds gRPC-Web trailers instead of a message. */
  readonly trailers: boolean;
}

/** A message to frame: its bytes, or its bytes with flags. */
export type EncodableMessage = Uint8Array | (Partial<StreamMessage> & Pick<StreamMessage, "payload">);

/** Options of {@link frameDecoderStream}. */
export interface FrameDecoderOptions {
  /** Longest message. Beyond it the stream fails before the message is buffered. Default: 4 MiB. */
  readonly maxMessageBytes?: number | undefined;
}

/** Options of {@link frameEncoderStream}. */
export interface FrameEncoderOptions {
  /** Longest message. Beyond it the stream fails. Default: no limit. */
  readonly maxMessageBytes?: number | undefined;
}

/**
 * Bytes, cut anywhere, to messages: gRPC's "Length-Prefixed-Message". Fails with an Error whose message says why for
 * unknown flags, for a message over the limit, and for input that ends inside a message.
 */
export function frameDecoderStream(
  options: FrameDecoderOptions = {},
): TransformStream<Uint8Array, StreamMessage> {
  const reader = new FrameReader(options.maxMessageBytes ?? 4 * 1024 * 1024, FLAG_COMPRESSED | FLAG_TRAILERS);
  return new TransformStream<Uint8Array, StreamMessage>({
    transform(chunk, controller) {
      reader.push(chunk);
      for (let frame = reader.next(); frame !== undefined; frame = reader.next()) {
        controller.enqueue({
          payload: frame.payload,
          compressed: (frame.flags & FLAG_COMPRESSED) !== 0,
          trailers: (frame.flags & FLAG_TRAILERS) !== 0,
        });
      }
    },
    flush() {
      reader.end();
    },
  });
}

/** Messages to bytes: each chunk that comes out is one whole frame. */
export function frameEncoderStream(
  options: FrameEncoderOptions = {},
): TransformStream<EncodableMessage, Uint8Array> {
  const maxMessageBytes = options.maxMessageBytes ?? Infinity;
  return new TransformStream<EncodableMessage, Uint8Array>({
    transform(message, controller) {
      const { payload, compressed, trailers } = message instanceof Uint8Array ? plain(message) : message;
      if (payload.length > maxMessageBytes) throw oversized(payload.length, maxMessageBytes);
      controller.enqueue(
        encodeFrame(payload, (compressed ? FLAG_COMPRESSED : 0) | (trailers ? FLAG_TRAILERS : 0)),
      );
    },
  });
}

function plain(payload: Uint8Array): StreamMessage {
  return { payload, compressed: false, trailers: false };
}
