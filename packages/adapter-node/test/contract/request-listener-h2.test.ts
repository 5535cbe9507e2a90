import http2 from "node:http2";
import { createRequestListener } from "@railhead/adapter-node";
import { createFixture, defineContract } from "@railhead/contract";
import { afterAll } from "vitest";
import { ALL_CAPABILITIES } from "../support/capabilities.ts";
import { H2Transport } from "../support/h2-transport.ts";
import { listen } from "../support/listen.ts";

const h2 = new H2Transport();
afterAll(() => h2.close());

defineContract("createRequestListener() on node:http2", {
  capabilities: ALL_CAPABILITIES,
  transport: h2.send,
  async start(options) {
    const fixture = createFixture(options);
    const server = http2.createServer(createRequestListener(fixture.service, fixture.options));
    const sessions = new Set<http2.ServerHttp2Session>();
    server.on("session", (session) => sessions.add(session));
    return listen(server, () => {
      for (const session of sessions) session.destroy();
    });
  },
});
