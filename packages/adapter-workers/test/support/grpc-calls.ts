import {
  type CallOptions,
  type Client,
  type ClientDuplexStream,
  type ClientReadableStream,
  Metadata,
  type ServiceError,
  type StatusObject,
} from "@grpc/grpc-js";

/** Messages as bytes: what they hold is the test's business. */
const serialize = (bytes: Uint8Array): Buffer => Buffer.from(bytes);
const deserialize = (bytes: Buffer): Uint8Array => new Uint8Array(bytes);

/** How a call of grpc-js went. */
export interface Outcome {
  readonly messages: readonly Uint8Array[];
  readonly headers: Metadata;
  readonly status: StatusObject;
}

/** A unary call; resolves whatever its status. */
export function callUnary(
  client: Client,
  path: string,
  message: Uint8Array,
  metadata: Metadata = new Metadata(),
  options: CallOptions = {},
): Promise<Outcome> {
  return new Promise((resolve) => {
    let headers = new Metadata();
    let messages: Uint8Array[] = [];
    client
      .makeUnaryRequest(path, serialize, deserialize, message, metadata, options, (_, answer) => {
        if (answer !== undefined) messages = [answer];
      })
      .on("metadata", (received: Metadata) => {
        headers = received;
      })
      // Comes last, after the callback.
      .on("status", (status: StatusObject) => resolve({ messages, headers, status }));
  });
}

/** A server-streaming call, read to its end. */
export function callServerStream(client: Client, path: string, message: Uint8Array): Promise<Outcome> {
  return collect(openServerStream(client, path, message));
}

/** A server-streaming call under way. */
export function openServerStream(
  client: Client,
  path: string,
  message: Uint8Array,
  metadata: Metadata = new Metadata(),
): ClientReadableStream<Uint8Array> {
  return client.makeServerStreamRequest(path, serialize, deserialize, message, metadata);
}

/** A client-streaming call. */
export function callClientStream(
  client: Client,
  path: string,
  messages: readonly Uint8Array[],
): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    const done = (error: ServiceError | null, answer?: Uint8Array): void => {
      if (answer === undefined) reject(error ?? new Error("neither an answer nor an error"));
      else resolve(answer);
    };
    const call = client.makeClientStreamRequest(path, serialize, deserialize, new Metadata(), done);
    for (const message of messages) call.write(message);
    call.end();
  });
}

/** A bidi call. */
export function openBidi(client: Client, path: string): ClientDuplexStream<Uint8Array, Uint8Array> {
  return client.makeBidiStreamRequest(path, serialize, deserialize);
}

function collect(call: ClientReadableStream<Uint8Array>): Promise<Outcome> {
  return new Promise((resolve) => {
    const messages: Uint8Array[] = [];
    let headers = new Metadata();
    call
      .on("metadata", (received: Metadata) => {
        headers = received;
      })
      .on("data", (message: Uint8Array) => messages.push(message))
      .on("status", (status: StatusObject) => resolve({ messages, headers, status }))
      // The status says the same.
      .on("error", () => {});
  });
}
