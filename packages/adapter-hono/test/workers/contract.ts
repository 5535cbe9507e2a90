import { railhead } from "@railhead/adapter-hono";
import { type ContractOptions, createFixture } from "@railhead/contract";
import { jsonFormat } from "@railhead/core";
import { type ExecutionContext, Hono } from "hono";

interface Env {
  /** ContractOptions as JSON. */
  readonly OPTIONS: string;
}

let app: Hono<{ Bindings: Env }> | undefined;

function appFor(options: ContractOptions): Hono<{ Bindings: Env }> {
  const fixture = createFixture(options);
  const handler = railhead<Env>(fixture.service, { json: jsonFormat(), ...fixture.options });
  return new Hono<{ Bindings: Env }>().all("*", handler);
}

/** The contract's fixture. Its options come with the bindings, which no one has before the first request. */
export default {
  fetch(request: Request, env: Env, ctx: ExecutionContext): Response | Promise<Response> {
    app ??= appFor(JSON.parse(env.OPTIONS));
    return app.fetch(request, env, ctx);
  },
};
