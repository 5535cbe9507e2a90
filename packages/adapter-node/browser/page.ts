import { GrpcWebClientBase, MethodDescriptor, MethodType, type RpcError } from "grpc-web";

/**
 * What runs in the page: the official gRPC-Web client on raw bytes, no generated code. Bytes cross between the page
 * and the test as arrays of numbers.
 */
export type Format = "text" | "binary";

/** Everything the client said about one call, in the order it said it. */
export type ClientEvent =
  | { readonly type: "metadata"; readonly metadata: Record<string, string> }
  | { readonly type: "data"; readonly bytes: number[] }
  | {
      readonly type: "status";
      readonly code: number;
      readonly details: string;
      readonly metadata: Record<string, string>;
    }
  | {
      readonly type: "error";
      readonly code: number;
      readonly message: string;
      readonly metadata: Record<string, string>;
    }
  | { readonly type: "end" };

export interface Call {
  readonly id: string;
  readonly format: Format;
  readonly url: string;
  readonly kind: "unary" | "serverStreaming";
  readonly bytes: number[];
  readonly metadata: Record<string, string>;
}

declare global {
  interface Window {
    startCall(call: Call): void;
    cancelCall(id: string): void;
    /** The test's own, put here by it. */
    report(id: string, event: ClientEvent): void;
  }
}

/** Stands for a message type: the client only looks whether there is one. */
class Bytes {
  readonly bytes: Uint8Array;

  constructor(bytes: unknown = new Uint8Array()) {
    this.bytes = bytes instanceof Uint8Array ? bytes : new Uint8Array();
  }
}

const cancels = new Map<string, () => void>();

window.startCall = (call) => {
  const report = (event: ClientEvent): void => window.report(call.id, event);
  const client = new GrpcWebClientBase({ format: call.format });
  const isUnary = call.kind === "unary";
  const method = new MethodDescriptor(
    new URL(call.url).pathname,
    isUnary ? MethodType.UNARY : MethodType.SERVER_STREAMING,
    Bytes,
    Bytes,
    (message: Bytes) => message.bytes,
    (bytes: Uint8Array) => new Bytes(bytes),
  );
  const request = new Bytes(Uint8Array.from(call.bytes));
  const onData = (response: Bytes): void => report({ type: "data", bytes: [...response.bytes] });
  const onError = ({ code, message, metadata }: RpcError): void =>
    report({ type: "error", code, message, metadata: { ...metadata } });

  const stream = isUnary
    ? client.rpcCall(call.url, request, call.metadata, method, (error, response) =>
        error ? onError(error) : onData(response),
      )
    : client.serverStreaming(call.url, request, call.metadata, method);
  if (!isUnary) stream.on("data", onData).on("error", onError);
  stream.on("metadata", (metadata) => report({ type: "metadata", metadata: { ...metadata } }));
  stream.on("status", ({ code, details, metadata }) =>
    report({ type: "status", code, details, metadata: { ...metadata } }),
  );
  stream.on("end", () => report({ type: "end" }));
  cancels.set(call.id, () => stream.cancel());
};

window.cancelCall = (id) => cancels.get(id)?.();
