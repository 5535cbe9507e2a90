/** What Hono's own types make of the adapter. */
import { honoContext, railhead } from "@railhead/adapter-hono";
import type { CallContext, GrpcService } from "@railhead/core";
import { Hono } from "hono";

interface AppEnv {
  readonly Bindings: { readonly GREETING: string };
  readonly Variables: { readonly user: string };
}

declare const service: GrpcService;
declare const context: CallContext;

// A plain service fits every app; one made of bindings fits apps that have them.
new Hono().all("/a.B/*", railhead(service));
new Hono<AppEnv>().all("/a.B/*", railhead(service));
new Hono<AppEnv>().all(
  "/a.B/*",
  railhead((env: AppEnv["Bindings"]) => {
    env.GREETING satisfies string;
    return service;
  }),
);
honoContext<AppEnv>(context).var.user satisfies string;
honoContext<AppEnv>(context).env.GREETING satisfies string;
// @ts-expect-error no middleware sets it
honoContext<AppEnv>(context).var.group;
// @ts-expect-error the option does not exist
railhead(service, { maxReceiveMegabytes: 1 });
