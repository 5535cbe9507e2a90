import { serve } from "@railhead/adapter-node";
import { createFixture, defineContract } from "@railhead/contract";
import { HTTP1_CAPABILITIES } from "../support/capabilities.ts";

defineContract("serve(), HTTP/1.1", {
  capabilities: HTTP1_CAPABILITIES,
  async start(options) {
    const fixture = createFixture(options);
    return serve(fixture.service, { ...fixture.options, port: 0, host: "127.0.0.1" });
  },
});
