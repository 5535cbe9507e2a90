/** Holds the adapter's types against Cloudflare's own: see tsconfig.workers.json, which has no DOM. */
import {
  createWorker,
  type Worker,
  type WorkerExecutionContext,
  workerPlatform,
} from "@railhead/adapter-workers";
import { type CallContext, GrpcResponse, type GrpcService } from "@railhead/core";
import { createRawClient } from "@railhead/core/client/raw";

interface Env {
  readonly DB: D1Database;
  readonly GREETING: string;
}

/** Compiles where the types of two expressions are the same, neither wider than the other. */
function same<A>(_first: A): <B>(_second: [A] extends [B] ? ([B] extends [A] ? B : never) : never) => void {
  return () => {};
}

declare const service: GrpcService;
declare const context: CallContext;
declare const executionContext: ExecutionContext;
declare const objectState: DurableObjectState;
declare const database: D1Database;

// What createWorker makes is a module Worker, with and without bindings.
createWorker<Env>((env) => {
  same(database)(env.DB);
  return service;
}) satisfies ExportedHandler<Env>;
createWorker((env: Env) => {
  same("")(env.GREETING);
  return service;
}) satisfies ExportedHandler<Env>;
createWorker(service) satisfies ExportedHandler<Env>;
createWorker(service, { maxReceiveMessageBytes: 1 }) satisfies ExportedHandler;
const worker: Worker<Env> = createWorker<Env>(() => service);

// @ts-expect-error the option does not exist
createWorker(service, { maxReceiveMegabytes: 1 });
// @ts-expect-error the binding does not exist
createWorker<Env>((env) => service.registerHandler("a.B", env.QUEUE));
// @ts-expect-error a Worker for some bindings is none for others
worker satisfies ExportedHandler<{ readonly OTHER: string }>;

// Contexts of Workers and of Durable Objects both do.
executionContext satisfies WorkerExecutionContext;
objectState satisfies WorkerExecutionContext;

/** A Durable Object that serves calls. */
export class Room {
  readonly #state: DurableObjectState;
  readonly #env: Env;

  constructor(state: DurableObjectState, env: Env) {
    this.#state = state;
    this.#env = env;
  }

  fetch(request: Request): Promise<Response> {
    return worker.fetch(request, this.#env, this.#state);
  }
}
Room satisfies new (
  state: DurableObjectState,
  env: Env,
) => DurableObject;

// The platform of a call, typed by the user's own Env.
const { env, ctx, request } = workerPlatform<Env>(context);
same(database)(env.DB);
ctx.waitUntil(env.DB.prepare("SELECT 1").run());
request satisfies Request;
request.cf satisfies IncomingRequestCfProperties | CfProperties | undefined;
// @ts-expect-error without a type, bindings are unknown
workerPlatform(context).env.DB;
// @ts-expect-error the binding does not exist
env.QUEUE;

// Streams of Cloudflare's are messages, both ways.
service.registerHandler(
  "test.Stream",
  {
    handleStream(streamed): ReadableStream<Uint8Array> {
      streamed.readable satisfies ReadableStream<Uint8Array>;
      return streamed.readable.pipeThrough(new TransformStream<Uint8Array, Uint8Array>());
    },
    handleRequest: () => new GrpcResponse({ payload: new Uint8Array(0) }),
  },
  { methods: { Copy: "bidi_streaming" } },
);

/* What a client may call through */

declare const binding: Fetcher;
declare const stub: DurableObjectStub;
createRawClient({ baseUrl: "https://users", fetch: binding });
createRawClient({ baseUrl: "https://users", fetch: stub });
createRawClient({ baseUrl: "https://users", fetch });
createRawClient({ baseUrl: "https://users", fetch: (request) => binding.fetch(request) });
