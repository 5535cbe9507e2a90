import http from "node:http";
import { createRequestListener } from "@railhead/adapter-node";
import { createFixture, defineContract } from "@railhead/contract";
import { HTTP1_CAPABILITIES } from "../support/capabilities.ts";
import { listen } from "../support/listen.ts";

defineContract("createRequestListener() on node:http", {
  capabilities: HTTP1_CAPABILITIES,
  async start(options) {
    const fixture = createFixture(options);
    const server = http.createServer(createRequestListener(fixture.service, fixture.options));
    return listen(server, () => server.closeAllConnections());
  },
});
