import { railhead } from "@railhead/adapter-hono";
import { createFixture, defineContract } from "@railhead/contract";
import { jsonFormat } from "@railhead/core";
import { Hono } from "hono";
import { serveOnNode } from "../support/node.ts";
import { http1Transport } from "../support/workers.ts";

defineContract("railhead(), on Node through @hono/node-server", {
  capabilities: {
    // `Response` has no trailers.
    trailers: false,
    fullDuplex: true,
    clientStreamingIncremental: true,
    serverStreamingIncremental: true,
    cancellation: true,
    concurrentCalls: true,
  },
  transport: http1Transport(),
  start(options) {
    const fixture = createFixture(options);
    const app = new Hono().all("*", railhead(fixture.service, { json: jsonFormat(), ...fixture.options }));
    return serveOnNode(app.fetch);
  },
});
