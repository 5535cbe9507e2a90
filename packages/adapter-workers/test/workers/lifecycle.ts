import { createWorker } from "@railhead/adapter-workers";
import { type CallContext, GrpcError, GrpcResponse, GrpcService, type MethodKind } from "@railhead/core/raw";

/**
 * Handlers that record what happens to them, by the id in `x-call`, in the isolate's memory. Other calls read it:
 * `test.Log/Events`. Handlers wait on timers of their own, since workerd ends a request whose promises only another
 * request could settle.
 */
const log = new Map<string, string[]>();

function eventsOf(call: string): string[] {
  const events = log.get(call) ?? [];
  log.set(call, events);
  return events;
}

/** Milliseconds between two looks at what other calls did. */
const LOOK_AGAIN_MS = 5;

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** The eyes of one call. */
class Recorder {
  readonly #events: string[];
  readonly #signal: AbortSignal;

  constructor(context: CallContext) {
    this.#events = eventsOf(context.metadata.get("x-call") ?? "");
    this.#signal = context.signal;
    this.#signal.addEventListener("abort", () => {
      const { reason } = this.#signal;
      this.record(`abort ${reason instanceof GrpcError ? reason.codeName : String(reason)}`);
    });
    this.record("start");
  }

  record(event: string): void {
    this.#events.push(event);
  }

  /** Resolves once a client has called `test.Log/Open` for this call, or the call is cancelled. */
  async untilOpened(): Promise<void> {
    while (!this.#events.includes("open") && !this.#signal.aborted) await sleep(LOOK_AGAIN_MS);
  }

  /** What a handler does in its `finally`: work that takes a while. */
  async settle(): Promise<void> {
    this.record("finally");
    await sleep(20);
    this.record("done");
  }
}

const text = { encode: new TextEncoder(), decode: new TextDecoder() };

type Streaming = (
  messages: AsyncIterable<Uint8Array>,
  context: CallContext,
  recorder: Recorder,
) => AsyncIterable<Uint8Array>;

const STREAMS: Readonly<Record<string, readonly [MethodKind, Streaming]>> = {
  /** As many messages of 64 KiB as the client takes. */
  Endless: [
    "server_streaming",
    async function* (_, __, recorder) {
      const message = new Uint8Array(64 * 1024);
      for (;;) {
        recorder.record("yield");
        yield message;
      }
    },
  ],
  /** A short message every few milliseconds. */
  Ticks: [
    "server_streaming",
    async function* () {
      for (;;) {
        yield new Uint8Array(1);
        await sleep(10);
      }
    },
  ],
  /** Headers, then nothing until it is opened or cancelled. */
  Silent: [
    "server_streaming",
    async function* (_, context, recorder) {
      context.sendHeaders();
      await recorder.untilOpened();
      yield new Uint8Array(1);
    },
  ],
  /** Reads all. */
  Upload: [
    "client_streaming",
    async function* (messages, _, recorder) {
      for await (const message of messages) recorder.record(`message ${message.length}`);
      recorder.record("end of request");
      yield new Uint8Array(0);
    },
  ],
  /** Headers at once, then each message back. */
  Echo: [
    "bidi_streaming",
    async function* (messages, context) {
      context.responseMetadata.set("x-greeting", "hello");
      context.sendHeaders();
      yield* messages;
    },
  ],
};

const service = new GrpcService()
  .registerHandler("test.Log", {
    handleRequest({ methodName, payload }) {
      const events = eventsOf(text.decode.decode(payload));
      if (methodName === "Open") events.push("open");
      return new GrpcResponse({ payload: text.encode.encode(JSON.stringify(events)) });
    },
  })
  .registerHandler("test.Unary", {
    async handleRequest({ methodName, payload }, context) {
      const recorder = new Recorder(context);
      if (methodName === "Background") {
        context.waitUntil(recorder.untilOpened().then(() => recorder.record("background")));
        return new GrpcResponse({ payload });
      }
      try {
        await recorder.untilOpened();
        recorder.record("answer");
        return new GrpcResponse({ payload });
      } finally {
        await recorder.settle();
      }
    },
  })
  .registerHandler(
    "test.Stream",
    {
      async *handleStream({ methodName, messages }, context) {
        const recorder = new Recorder(context);
        try {
          yield* STREAMS[methodName]?.[1](messages, context, recorder) ?? [];
        } finally {
          await recorder.settle();
        }
      },
    },
    { methods: Object.fromEntries(Object.entries(STREAMS).map(([name, [kind]]) => [name, kind])) },
  );

export default createWorker(service);
