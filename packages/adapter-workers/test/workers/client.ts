import { createWorker, type Worker, type WorkerExecutionContext } from "@railhead/adapter-workers";
import { GrpcError, GrpcService, jsonFormat } from "@railhead/core";
import { type Client, type ClientOptions, createClient } from "@railhead/core/client";
import { createUserService, MemoryUserRepository, UserService } from "@railhead/example-user-service";

interface Fetcher {
  fetch(request: Request): Promise<Response>;
}

interface Env {
  /** This very worker, as others see it. */
  readonly SELF: Fetcher;
  readonly ROOMS: { idFromName(name: string): unknown; get(id: unknown): Fetcher };
}

const json = jsonFormat();
let cancelled = 0;
const service = new GrpcService().registerService(UserService, {
  ...createUserService(new MemoryUserRepository()),
  /** A name that is long enough to be compressed; "wait" never answers, and counts who gave up. */
  async createUser(user, { signal, waitUntil }) {
    if (user.name !== "wait") return { user };
    // The runtime gives up on a request that waits for nothing but a signal.
    const timer = setTimeout(() => {}, 30_000);
    const end = new Promise<void>((resolve) => signal.addEventListener("abort", () => resolve()));
    waitUntil(end.then(() => void cancelled++));
    await end;
    clearTimeout(timer);
    throw signal.reason;
  },
});
const rpc = createWorker<Env>(service, { json });

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

type UserClient = Client<typeof UserService>;

/** What a Worker may do with a client, each told as JSON. */
const scenarios: Readonly<Record<string, (client: UserClient) => Promise<unknown>>> = {
  unary: async (client) => (await client.getUser({ userId: "123" })).user?.name,
  error: (client) => client.getUser({ userId: "999" }),
  long: async (client) => (await client.createUser({ name: "x".repeat(5000) })).user?.name.length,
  list: async (client) => (await Array.fromAsync(client.listUsers({}))).map(({ id }) => id),
  upload: async (client) => (await client.createUsers([{ name: "a" }, { name: "b" }])).created,
  deadline: (client) => client.createUser({ name: "wait" }, { timeoutMs: 50 }),
  async cancel(client) {
    const controller = new AbortController();
    setTimeout(() => controller.abort(), 200);
    return client.createUser({ name: "wait" }, { signal: controller.signal });
  },
  /** Each message is answered before the next one is sent. */
  async chat(client) {
    const log: string[] = [];
    let answered: (() => void) | undefined;
    async function* messages(): AsyncGenerator<{ text: string }> {
      for (const text of ["a", "b"]) {
        const answer = new Promise<void>((resolve) => {
          answered = resolve;
        });
        log.push(`sent ${text}`);
        yield { text };
        await answer;
      }
    }
    for await (const { text } of client.chat(messages())) {
      log.push(`got ${text}`);
      answered?.();
    }
    return log;
  },
};

/** Requests below /client/ make the Worker call itself: /client/<via>/<protocol>/<codec>/<send>/<scenario>. */
const worker: Worker<Env> = {
  async fetch(request, env, ctx) {
    const [, root, via, protocol, codec, send, name] = new URL(request.url).pathname.split("/");
    if (root === "cancelled") return Response.json(cancelled);
    if (root !== "client") return rpc.fetch(request, env, ctx);
    const client = createClient(UserService, {
      baseUrl: "http://users",
      fetch: via === "object" ? env.ROOMS.get(env.ROOMS.idFromName("one")) : env.SELF,
      protocol: protocol as NonNullable<ClientOptions["protocol"]>,
      codec: codec === "json" ? "json" : "proto",
      json,
      compression: send === "none" ? {} : { send: send ?? "" },
    });
    try {
      return Response.json({ value: await scenarios[name ?? ""]?.(client) });
    } catch (error) {
      if (!(error instanceof GrpcError)) return new Response(String(error), { status: 500 });
      return Response.json({ error: `${error.codeName}: ${error.message}` });
    }
  },
};

export default worker;
