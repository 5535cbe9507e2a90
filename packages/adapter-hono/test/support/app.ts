import { honoContext, railhead } from "@railhead/adapter-hono";
import { GrpcResponse, GrpcService } from "@railhead/core/raw";
import { Hono } from "hono";

interface AppEnv {
  readonly Bindings: { readonly GREETING?: string };
  readonly Variables: { readonly user: string };
}

/** What background work has done; the process or isolate lives as long as the test. */
const done: string[] = [];

function toMessage(value: unknown): Uint8Array {
  return new TextEncoder().encode(JSON.stringify(value));
}

const service = new GrpcService()
  .registerHandler("test.Unary", {
    handleRequest({ methodName, payload }, context) {
      if (methodName === "Done") return new GrpcResponse({ payload: toMessage({ done }) });
      if (methodName === "Background") {
        const text = new TextDecoder().decode(payload);
        context.waitUntil(new Promise((resolve) => setTimeout(resolve, 50)).then(() => done.push(text)));
        return new GrpcResponse({ payload });
      }
      const { var: variables, req, env } = honoContext<AppEnv>(context);
      const seen = {
        user: variables.user,
        path: req.path,
        route: req.header("x-route"),
        greeting: env.GREETING,
      };
      return new GrpcResponse({ payload: toMessage(seen) });
    },
  })
  .registerHandler(
    "test.Stream",
    {
      async *handleStream({ messages }, context) {
        context.responseMetadata.set("x-user", honoContext<AppEnv>(context).var.user);
        context.sendHeaders();
        yield* messages;
      },
    },
    { methods: { Echo: "bidi_streaming" } },
  );

const cors = { origins: ["https://app.example.com"] };

/** Ordinary routes, and the same service at its own path, below a base path and beside others. */
export function createApp(): Hono<AppEnv> {
  const app = new Hono<AppEnv>();
  app.use(async (context, next) => {
    context.set("user", context.req.header("authorization") ?? "nobody");
    await next();
    context.header("x-middleware", "after");
  });
  app.get("/", (context) => context.text("an ordinary page"));
  app.get("/test.Unary/help", (context) => context.text("help"));
  app.all("/test.Unary/*", railhead(service, { cors }));
  app.all("/test.Stream/:method", railhead(service));
  const api = new Hono<AppEnv>().basePath("/api/v1");
  api.all("/rpc/*", railhead(service));
  app.route("/", api);
  return app;
}
