import type { CallContext, MethodKind } from "../../src/context.ts";
import type { GrpcRequest, GrpcStreamRequest } from "../../src/request.ts";
import { GrpcResponse } from "../../src/response.ts";
import { GrpcService } from "../../src/typed-service.ts";
import { concat } from "./bytes.ts";

type Output = AsyncIterable<Uint8Array> | ReadableStream<Uint8Array>;

export interface RawMethods {
  unary?(request: GrpcRequest, context: CallContext): GrpcResponse | Promise<GrpcResponse>;
  stream?(request: GrpcStreamRequest, context: CallContext): Output;
}

const KINDS: Readonly<Record<string, MethodKind>> = {
  ServerStream: "server_streaming",
  ClientStream: "client_streaming",
  Bidi: "bidi_streaming",
};

/** "test.Service" with the methods Unary, ServerStream, ClientStream and Bidi, as the test has them behave. */
export function rawService(methods: RawMethods): GrpcService {
  return new GrpcService().registerHandler(
    "test.Service",
    {
      handleRequest: methods.unary ?? (() => new GrpcResponse({ payload: new Uint8Array(0) })),
      handleStream: methods.stream ?? async function* () {},
    },
    { methods: KINDS },
  );
}

/** Answers each message with itself, whatever the kind; a client's stream with all its messages in one. */
export function echoService(): GrpcService {
  return rawService({
    unary: ({ payload }) => new GrpcResponse({ payload }),
    async *stream({ messages }, { kind }) {
      if (kind !== "client_streaming") {
        yield* messages;
        return;
      }
      yield concat(...(await Array.fromAsync(messages)));
    },
  });
}
