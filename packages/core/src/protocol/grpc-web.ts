import type { GrpcError } from "../error.ts";
import type { Metadata } from "../metadata.ts";
import { encodeBase64 } from "../wire/base64.ts";
import { Base64StreamDecoder } from "../wire/base64-stream.ts";
import { encodeWebTrailers } from "../wire/web-trailers.ts";
import { GrpcCall } from "./grpc.ts";
import { statusTrailers } from "./grpc-status.ts";
import type { Closing, FailedResponse } from "./protocol.ts";

/**
 * gRPC-Web: gRPC's headers and frames, with the trailers as a last frame of the body, so that any HTTP carries it.
 * Failures before the first message take that form too: a browser may read it across origins, which it may not do
 * with headers that no one exposed.
 * https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-WEB.md
 */
export class GrpcWebCall extends GrpcCall {
  override readonly name = "grpc-web";

  override close(error: GrpcError | undefined, trailers: Metadata | undefined): Closing {
    return { body: this.wrap(encodeWebTrailers(statusTrailers(error, trailers))) };
  }

  override fail(
    error: GrpcError,
    metadata: Metadata | undefined,
    trailers: Metadata | undefined,
  ): FailedResponse {
    const { body } = this.close(error, trailers);
    return { headers: this.responseHeaders(metadata, undefined), ...(body && { body }) };
  }
}

/** The same in base64, for clients that can read a response only as text while it arrives. */
export class GrpcWebTextCall extends GrpcWebCall {
  readonly #decoder = new Base64StreamDecoder();

  override maxBodyBytes(messageBytes: number): number {
    return Math.ceil(super.maxBodyBytes(messageBytes) / 3) * 4;
  }

  override unwrap(chunk: Uint8Array): Uint8Array {
    return this.#decoder.decode(chunk);
  }

  override unwrapEnd(): void {
    this.#decoder.end();
  }

  /** Padded by itself, so that the client can decode it before more comes. */
  override wrap(frames: Uint8Array): Uint8Array {
    return new TextEncoder().encode(encodeBase64(frames));
  }
}
