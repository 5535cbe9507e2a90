import {
  createWorker,
  type Worker,
  type WorkerExecutionContext,
  workerPlatform,
} from "@railhead/adapter-workers";
import { type CallContext, type GrpcRequest, GrpcResponse, GrpcService } from "@railhead/core/raw";

interface Fetcher {
  fetch(request: Request): Promise<Response>;
}

interface Env {
  readonly GREETING: string;
  /** This very worker, as others see it. */
  readonly SELF: Fetcher;
  readonly ROOMS: { idFromName(name: string): unknown; get(id: unknown): Fetcher };
}

let servicesMade = 0;

/** Tells what a handler sees of its platform, and answers bidi calls message by message. */
function createService({ GREETING }: Env): GrpcService {
  servicesMade++;
  return new GrpcService()
    .registerHandler("test.Platform", {
      handleRequest(_: GrpcRequest, context: CallContext) {
        const { env, ctx, request } = workerPlatform<Env>(context);
        const seen = {
          greeting: GREETING,
          sameEnv: env.GREETING === GREETING,
          hasWaitUntil: typeof ctx.waitUntil === "function",
          url: request.url,
          peer: context.peer,
          servicesMade,
        };
        return new GrpcResponse({ payload: new TextEncoder().encode(JSON.stringify(seen)) });
      },
    })
    .registerHandler(
      "test.Stream",
      {
        async *handleStream({ messages }, context) {
          context.sendHeaders();
          yield* messages;
        },
      },
      { methods: { Echo: "bidi_streaming" } },
    );
}

const rpc = createWorker<Env>(createService);

/** The same service in a Durable Object. */
export class Room {
  readonly #ctx: WorkerExecutionContext;
  readonly #env: Env;

  constructor(ctx: WorkerExecutionContext, env: Env) {
    this.#ctx = ctx;
    this.#env = env;
  }

  fetch(request: Request): Promise<Response> {
    return rpc.fetch(request, this.#env, this.#ctx);
  }
}

/** Calls below /service/ go through a service binding, those below /object/ to a Durable Object. */
const gateway: Worker<Env> = {
  fetch(request, env, ctx) {
    const url = new URL(request.url);
    const [, via, ...rest] = url.pathname.split("/");
    const forwarded = (): Request => new Request(new URL(`/${rest.join("/")}`, url), request);
    if (via === "service") return env.SELF.fetch(forwarded());
    if (via === "object") return env.ROOMS.get(env.ROOMS.idFromName("one")).fetch(forwarded());
    return rpc.fetch(request, env, ctx);
  },
};

export default gateway;
