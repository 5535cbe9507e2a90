import {
  create,
  type DescMessage,
  fromBinary,
  type MessageInitShape,
  type MessageShape,
  toBinary,
} from "@bufbuild/protobuf";
import * as grpc from "@grpc/grpc-js";
import { onTestFinished } from "vitest";

/** A method as grpc-js calls it: its path, and how its messages become bytes and come back. */
export interface Procedure<I, O> {
  readonly path: string;
  readonly serialize: (message: I) => Buffer;
  readonly deserialize: (bytes: Buffer) => O;
}

interface DescProcedure<I extends DescMessage, O extends DescMessage> {
  readonly name: string;
  readonly parent: { readonly typeName: string };
  readonly input: I;
  readonly output: O;
}

/** A method from generated code. */
export function typed<I extends DescMessage, O extends DescMessage>(
  method: DescProcedure<I, O>,
): Procedure<MessageInitShape<I>, MessageShape<O>> {
  return {
    path: `/${method.parent.typeName}/${method.name}`,
    serialize: (message) => Buffer.from(toBinary(method.input, create(method.input, message))),
    deserialize: (bytes) => fromBinary(method.output, bytes),
  };
}

/** A method of bytes. */
export function raw(path: string): Procedure<Uint8Array, Buffer> {
  return { path, serialize: (message) => Buffer.from(message), deserialize: (bytes) => bytes };
}

export interface CallOptions extends grpc.CallOptions {
  readonly metadata?: grpc.Metadata;
}

/** How a call ended. */
export interface Outcome<O> {
  readonly code: grpc.status;
  readonly message: string;
  /** Undefined when the server answered with nothing but a status. */
  readonly headers: grpc.Metadata | undefined;
  readonly trailers: grpc.Metadata;
  readonly messages: readonly O[];
}

/** A call under way. */
export interface Running<Call, O> {
  readonly call: Call;
  /** Never rejects. */
  readonly outcome: Promise<Outcome<O>>;
}

/** grpc-js with a channel of its own. Closed when the test is over. */
export class GrpcJs {
  readonly client: grpc.Client;

  /** @param target a port of this machine, or a target in gRPC's own syntax */
  constructor(
    target: number | string,
    options: grpc.ClientOptions = {},
    credentials: grpc.ChannelCredentials = grpc.credentials.createInsecure(),
  ) {
    const address = typeof target === "number" ? `127.0.0.1:${target}` : target;
    const own = { "grpc.use_local_subchannel_pool": 1, "grpc.enable_http_proxy": 0 };
    this.client = new grpc.Client(address, credentials, { ...own, ...options });
    onTestFinished(() => this.client.close());
  }

  unary<I, O>(
    { path, serialize, deserialize }: Procedure<I, O>,
    request: I,
    { metadata = new grpc.Metadata(), ...options }: CallOptions = {},
  ): Running<grpc.ClientUnaryCall, O> {
    const messages: O[] = [];
    const keep = keeperOf(messages);
    const call = this.client.makeUnaryRequest(path, serialize, deserialize, request, metadata, options, keep);
    return { call, outcome: outcomeOf(call, messages) };
  }

  clientStream<I, O>(
    { path, serialize, deserialize }: Procedure<I, O>,
    { metadata = new grpc.Metadata(), ...options }: CallOptions = {},
  ): Running<grpc.ClientWritableStream<I>, O> {
    const messages: O[] = [];
    const keep = keeperOf(messages);
    const call = this.client.makeClientStreamRequest(path, serialize, deserialize, metadata, options, keep);
    return { call, outcome: outcomeOf(call, messages) };
  }

  serverStream<I, O>(
    { path, serialize, deserialize }: Procedure<I, O>,
    request: I,
    { metadata = new grpc.Metadata(), ...options }: CallOptions = {},
  ): Running<grpc.ClientReadableStream<O>, O> {
    const call = this.client.makeServerStreamRequest(
      path,
      serialize,
      deserialize,
      request,
      metadata,
      options,
    );
    return { call, outcome: streamOutcome(call) };
  }

  bidi<I, O>(
    { path, serialize, deserialize }: Procedure<I, O>,
    { metadata = new grpc.Metadata(), ...options }: CallOptions = {},
  ): Running<grpc.ClientDuplexStream<I, O>, O> {
    const call = this.client.makeBidiStreamRequest(path, serialize, deserialize, metadata, options);
    return { call, outcome: streamOutcome(call) };
  }
}

function keeperOf<O>(messages: O[]): (error: grpc.ServiceError | null, message?: O) => void {
  return (_error, message) => {
    if (message !== undefined) messages.push(message);
  };
}

async function streamOutcome<O>(call: grpc.ClientReadableStream<O>): Promise<Outcome<O>> {
  const messages: O[] = [];
  call.on("data", (message: O) => void messages.push(message));
  // The status says the same.
  call.on("error", () => {});
  const ended = new Promise((resolve) => call.on("end", resolve));
  const outcome = await outcomeOf(call, messages);
  // grpc-js tells of the status while messages may still wait to be read.
  await ended;
  return outcome;
}

/** The events that all four kinds of call have in common. */
interface CallEvents {
  on(event: "metadata", listener: (headers: grpc.Metadata) => void): this;
  on(event: "status", listener: (status: grpc.StatusObject) => void): this;
}

function outcomeOf<O>(call: CallEvents, messages: readonly O[]): Promise<Outcome<O>> {
  let headers: grpc.Metadata | undefined;
  call.on("metadata", (metadata) => {
    headers = metadata;
  });
  return new Promise((resolve) => {
    call.on("status", ({ code, details, metadata }) => {
      resolve({ code, message: details, headers, trailers: metadata, messages });
    });
  });
}
