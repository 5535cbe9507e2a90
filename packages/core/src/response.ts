import { Metadata, type MetadataInit } from "./metadata.ts";
import { checkedBytes } from "./wire/bytes.ts";

/** What a {@link GrpcResponse} is made of. */
export interface GrpcResponseInit {
  /** The serialised message. */
  readonly payload: Uint8Array;
  /** Sent before the message (HTTP headers). */
  readonly metadata?: MetadataInit | undefined;
  /** Sent after the message (HTTP trailers). */
  readonly trailers?: MetadataInit | undefined;
}

/** A response of one message. The payload is fixed; metadata and trailers can be changed until it is returned. */
export class GrpcResponse {
  readonly #payload: Uint8Array;
  /** Leading metadata, sent before the message. */
  readonly metadata: Metadata;
  /** Trailing metadata, sent after the message. */
  readonly trailers: Metadata;

  /** @throws TypeError when the payload is not a Uint8Array, or for bad metadata */
  constructor(init: GrpcResponseInit) {
    this.#payload = checkedBytes(init.payload, "the payload of a response");
    this.metadata = new Metadata(init.metadata);
    this.trailers = new Metadata(init.trailers);
  }

  get payload(): Uint8Array {
    return this.#payload;
  }

  toString(): string {
    return `GrpcResponse(${this.payload.length} bytes)`;
  }
}
