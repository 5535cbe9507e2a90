import { type MetadataInit, type ReadonlyMetadata, readonlyMetadata } from "./metadata.ts";
import { readableFrom } from "./web/readable.ts";
import { checkedBytes } from "./wire/bytes.ts";
import { isBinaryKey } from "./wire/field.ts";

interface AnyRequestInit {
  /** Fully qualified, such as "example.UserService". */
  readonly serviceName: string;
  /** Such as "GetUser". */
  readonly methodName: string;
  readonly metadata?: MetadataInit | undefined;
}

/** What requests of one message and of many have in common. */
abstract class AnyRequest {
  readonly serviceName: string;
  readonly methodName: string;
  readonly metadata: ReadonlyMetadata;

  /** @throws TypeError when a name is not a string, or for bad metadata */
  constructor({ serviceName, methodName, metadata }: AnyRequestInit) {
    if (typeof serviceName !== "string" || typeof methodName !== "string") {
      throw new TypeError("a request needs a serviceName and a methodName");
    }
    this.serviceName = serviceName;
    this.methodName = methodName;
    this.metadata = readonlyMetadata(metadata);
  }

  /** The text of a metadata key, case-insensitive; undefined when it is absent or a "-bin" key. */
  getMetadata(key: string): string | undefined {
    return isBinaryKey(key.toLowerCase()) ? undefined : this.metadata.get(key);
  }
}

/** What a {@link GrpcRequest} is made of. */
export interface GrpcRequestInit extends AnyRequestInit {
  /** The serialised message. */
  readonly payload: Uint8Array;
}

/** A request of one message. Immutable. */
export class GrpcRequest extends AnyRequest {
  readonly payload: Uint8Array;

  /** @throws TypeError when a name is not a string or the payload not a Uint8Array, or for bad metadata */
  constructor(init: GrpcRequestInit) {
    super(init);
    this.payload = checkedBytes(init.payload, "the payload of a request");
    Object.freeze(this);
  }

  override toString(): string {
    return `GrpcRequest(${this.serviceName}/${this.methodName}, ${this.payload.length} bytes)`;
  }
}

/** What a {@link GrpcStreamRequest} is made of. */
export interface GrpcStreamRequestInit extends AnyRequestInit {
  /** The serialised messages. */
  readonly messages: AsyncIterable<Uint8Array>;
}

/** A request of any number of messages. Read it once, through `messages` or through `readable`. */
export class GrpcStreamRequest extends AnyRequest {
  /** The serialised messages as they arrive; reading slowly slows the client down. */
  readonly messages: AsyncIterable<Uint8Array>;
  #readable: ReadableStream<Uint8Array> | undefined;

  /** @throws TypeError when a name is not a string, or for bad metadata */
  constructor(init: GrpcStreamRequestInit) {
    super(init);
    this.messages = init.messages;
    Object.freeze(this);
  }

  /** The same messages as a web stream, one chunk a message. */
  get readable(): ReadableStream<Uint8Array> {
    this.#readable ??= readableFrom(this.messages);
    return this.#readable;
  }

  override toString(): string {
    return `GrpcStreamRequest(${this.serviceName}/${this.methodName})`;
  }
}
