import grpc from "@grpc/grpc-js";
import { onTestFinished } from "vitest";

type Serve = (bytes: Buffer) => Buffer;
const same: Serve = (bytes) => bytes;

/** How a call of grpc-js ended, with all it received. */
export interface GrpcResult {
  readonly code: grpc.status;
  readonly details: string;
  readonly messages: readonly Buffer[];
  readonly metadata: grpc.Metadata;
  readonly trailers: grpc.Metadata;
}

export interface GrpcCallOptions extends grpc.CallOptions {
  readonly metadata?: grpc.Metadata;
}

/** A grpc-js client that sends and takes bytes, closed when the test is over. */
export class GrpcJs {
  readonly client: grpc.Client;

  constructor(
    address: string,
    options: grpc.ClientOptions = {},
    credentials: grpc.ChannelCredentials = grpc.credentials.createInsecure(),
  ) {
    this.client = new grpc.Client(address, credentials, { "grpc.use_local_subchannel_pool": 1, ...options });
    onTestFinished(() => this.client.close());
  }

  unary(path: string, message: Uint8Array, options: GrpcCallOptions = {}): Promise<GrpcResult> {
    return new Promise((resolve) => {
      const { metadata = new grpc.Metadata(), ...rest } = options;
      let answer: Buffer | undefined;
      const call = this.client.makeUnaryRequest(
        path,
        same,
        same,
        Buffer.from(message),
        metadata,
        rest,
        (_, value) => {
          answer = value;
        },
      );
      let leading = new grpc.Metadata();
      call.on("metadata", (received) => {
        leading = received;
      });
      // The status comes after the answer.
      call.on("status", ({ code, details, metadata: trailers }) =>
        setImmediate(() =>
          resolve({
            code,
            details,
            trailers,
            metadata: leading,
            messages: answer === undefined ? [] : [answer],
          }),
        ),
      );
    });
  }

  clientStream(path: string, options: GrpcCallOptions = {}): ClientStream {
    const { metadata = new grpc.Metadata(), ...rest } = options;
    const answers: Buffer[] = [];
    const call = this.client.makeClientStreamRequest(path, same, same, metadata, rest, (_, value) => {
      if (value !== undefined) answers.push(value);
    });
    return { call, result: resultOf(call, answers) };
  }

  serverStream(path: string, message: Uint8Array, options: GrpcCallOptions = {}): ServerStream {
    const { metadata = new grpc.Metadata(), ...rest } = options;
    const call = this.client.makeServerStreamRequest(path, same, same, Buffer.from(message), metadata, rest);
    return { call, result: resultOf(call, collected(call)) };
  }

  bidi(path: string, options: GrpcCallOptions = {}): BidiStream {
    const { metadata = new grpc.Metadata(), ...rest } = options;
    const call = this.client.makeBidiStreamRequest(path, same, same, metadata, rest);
    return { call, result: resultOf(call, collected(call)) };
  }
}

export interface ClientStream {
  readonly call: grpc.ClientWritableStream<Buffer>;
  readonly result: Promise<GrpcResult>;
}

export interface ServerStream {
  readonly call: grpc.ClientReadableStream<Buffer>;
  readonly result: Promise<GrpcResult>;
}

export interface BidiStream {
  readonly call: grpc.ClientDuplexStream<Buffer, Buffer>;
  readonly result: Promise<GrpcResult>;
}

function collected(call: grpc.ClientReadableStream<Buffer>): readonly Buffer[] {
  const messages: Buffer[] = [];
  call.on("data", (message: Buffer) => messages.push(message));
  return messages;
}

function resultOf(
  call: grpc.ClientReadableStream<Buffer> | grpc.ClientWritableStream<Buffer>,
  messages: readonly Buffer[],
): Promise<GrpcResult> {
  let metadata = new grpc.Metadata();
  call.on("metadata", (received: grpc.Metadata) => {
    metadata = received;
  });
  // "status" says the same and more.
  call.on("error", () => {});
  return new Promise((resolve) => {
    call.on("status", ({ code, details, metadata: trailers }: grpc.StatusObject) =>
      setImmediate(() => resolve({ code, details, messages, metadata, trailers })),
    );
  });
}
