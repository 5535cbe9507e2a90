import { type MetadataInit, type ReadonlyMetadata, readonlyMetadata } from "./metadata.ts";
import { readableFrom } from "./web/readable.ts";
import { isBinaryKey } from "./wire/field.ts";

export interface GrpcRequestInit {
  /** Fully qualified, such as "example.UserService". */
  readonly serviceName: string;
  /** Such as "GetUser". */
  readonly methodName: string;
  /** The serialised message. */
  readonly payload: Uint8Array;
  readonly metadata?: MetadataInit | undefined;
}

/** A request of one message. Immutable. */
export class GrpcRequest {
  readonly serviceName: string;
  readonly methodName: string;
  readonly payload: Uint8Array;
  readonly metadata: ReadonlyMetadata;

  /** @throws TypeError when a name is not a string or the payload not a Uint8Array */
  constructor(init: GrpcRequestInit) {
    checkNames(init.serviceName, init.methodName);
    if (!(init.payload instanceof Uint8Array))
      throw new TypeError("the payload of a request is a Uint8Array");
    this.serviceName = init.serviceName;
    this.methodName = init.methodName;
    this.payload = init.payload;
    this.metadata = readonlyMetadata(init.metadata);
    Object.freeze(this);
  }

  /** The text of a metadata key, case-insensitive; undefined when it is absent or a "-bin" key. */
  getMetadata(key: string): string | undefined {
    return isBinaryKey(key.toLowerCase()) ? undefined : this.metadata.get(key);
  }

  toString(): string {
    return `GrpcRequest(${this.serviceName}/${this.methodName}, ${this.payload.length} bytes)`;
  }
}

export interface GrpcStreamRequestInit {
  readonly serviceName: string;
  readonly methodName: string;
  readonly messages: AsyncIterable<Uint8Array>;
  readonly metadata?: MetadataInit | undefined;
}

/** A request of any number of messages. Read it once, through `messages` or through `readable`. */
export class GrpcStreamRequest {
  readonly serviceName: string;
  readonly methodName: string;
  readonly metadata: ReadonlyMetadata;
  /** The serialised messages as they arrive; reading slowly slows the client down. */
  readonly messages: AsyncIterable<Uint8Array>;
  #readable: ReadableStream<Uint8Array> | undefined;

  constructor(init: GrpcStreamRequestInit) {
    checkNames(init.serviceName, init.methodName);
    this.serviceName = init.serviceName;
    this.methodName = init.methodName;
    this.messages = init.messages;
    this.metadata = readonlyMetadata(init.metadata);
    Object.freeze(this);
  }

  /** The same messages as a web stream, one chunk a message. */
  get readable(): ReadableStream<Uint8Array> {
    this.#readable ??= readableFrom(this.messages);
    return this.#readable;
  }

  /** The text of a metadata key, case-insensitive; undefined when it is absent or a "-bin" key. */
  getMetadata(key: string): string | undefined {
    return isBinaryKey(key.toLowerCase()) ? undefined : this.metadata.get(key);
  }

  toString(): string {
    return `GrpcStreamRequest(${this.serviceName}/${this.methodName})`;
  }
}

function checkNames(serviceName: string, methodName: string): void {
  if (typeof serviceName !== "string" || typeof methodName !== "string") {
    throw new TypeError("a request needs a serviceName and a methodName, both strings");
  }
}
