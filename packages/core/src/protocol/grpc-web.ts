import type { GrpcError } from "../error.ts";
import type { Metadata } from "../metadata.ts";
import type { Pieces } from "../transport.ts";
import { encodeBase64 } from "../wire/base64.ts";
import { Base64StreamDecoder } from "../wire/base64-stream.ts";
import { joinBytes } from "../wire/bytes.ts";
import { encodeUtf8 } from "../wire/text.ts";
import { encodeWebTrailers } from "../wire/web-trailers.ts";
import { FramedCall } from "./framed-call.ts";
import { statusTrailers } from "./grpc-status.ts";
import type { Closing } from "./protocol.ts";

/**
 * gRPC-Web: gRPC's headers and frames, with the trailers as a last frame of the body, so that any HTTP carries it.
 * Failures before the first message take that form too: a browser may read it across origins, which it may not do
 * with headers that no one exposed.
 * https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-WEB.md
 */
export class GrpcWebCall extends FramedCall {
  close(error: GrpcError | undefined, trailers: Metadata | undefined): Closing {
    return { body: this.wrap(error || trailers ? endOf(error, trailers) : OK) };
  }
}

function endOf(error?: GrpcError, trailers?: Metadata): Pieces {
  return [encodeWebTrailers(statusTrailers(error, trailers))];
}

/** The end of nearly every call. */
const OK: Pieces = endOf();

/** The same in base64, for clients that can read a response only as text while it arrives. */
export class GrpcWebTextCall extends GrpcWebCall {
  readonly #decoder = new Base64StreamDecoder();

  override unwrap(chunk: Uint8Array): Uint8Array {
    return this.#decoder.decode(chunk);
  }

  override unwrapEnd(): void {
    this.#decoder.end();
  }

  /** Padded by itself, so that the client can decode it before more comes. */
  override wrap(frames: Pieces): Pieces {
    return [encodeUtf8(encodeBase64(joinBytes(frames)))];
  }
}
