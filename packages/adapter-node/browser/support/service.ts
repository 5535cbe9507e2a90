import { type CallContext, GrpcError, GrpcResponse, GrpcService, GrpcStatusCode } from "@railhead/core/raw";

/** What a test sees of the handlers, and how it holds them. */
export class Observer {
  /** Every call that reached a handler, by method. */
  readonly calls: string[] = [];
  /** Tick waits for this after its first message. */
  readonly mayGoOn: PromiseWithResolvers<void> = Promise.withResolvers();
  /** The reason with which the signal of Hang aborted. */
  readonly aborted: PromiseWithResolvers<unknown> = Promise.withResolvers();
}

export function createObservedService(observer: Observer): GrpcService {
  return new GrpcService()
    .registerHandler("browser.Unary", {
      handleRequest(request) {
        observer.calls.push(request.methodName);
        if (request.methodName === "Fail") throw failure();
        return new GrpcResponse({
          payload: request.payload,
          metadata: { "x-leading": `saw ${request.getMetadata("x-request")}` },
          trailers: { "x-trailing": "at the end" },
        });
      },
    })
    .registerHandler(
      "browser.Stream",
      {
        handleStream(request, context) {
          observer.calls.push(request.methodName);
          if (request.methodName === "Hang") return hang(observer, context);
          return tick(observer, context, request.methodName === "TickAndFail");
        },
      },
      {
        methods: {
          Tick: "server_streaming",
          TickAndFail: "server_streaming",
          Hang: "server_streaming",
        },
      },
    );
}

export const FAILURE_TEXT = "Käse ist aus – 売り切れ 🧀 100%";

function failure(): GrpcError {
  return new GrpcError(GrpcStatusCode.RESOURCE_EXHAUSTED, FAILURE_TEXT, {
    metadata: { "x-shelf": "empty", "x-raw-bin": Uint8Array.of(0, 255, 128) },
  });
}

async function* tick(observer: Observer, context: CallContext, fails: boolean): AsyncGenerator<Uint8Array> {
  context.responseTrailers.set("x-ticks", "2");
  yield Uint8Array.of(1, 0, 255);
  await observer.mayGoOn.promise;
  yield Uint8Array.of(2);
  if (fails) throw failure();
}

async function* hang(observer: Observer, { signal }: CallContext): AsyncGenerator<Uint8Array> {
  signal.addEventListener("abort", () => observer.aborted.resolve(signal.reason));
  yield Uint8Array.of(1);
  await observer.aborted.promise;
}
