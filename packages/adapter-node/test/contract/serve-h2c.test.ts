import { serve } from "@railhead/adapter-node";
import { createFixture, defineContract } from "@railhead/contract";
import { afterAll } from "vitest";
import { ALL_CAPABILITIES } from "../support/capabilities.ts";
import { H2Transport } from "../support/h2-transport.ts";

const h2 = new H2Transport();
afterAll(() => h2.close());

defineContract("serve(), h2c", {
  capabilities: ALL_CAPABILITIES,
  transport: h2.send,
  async start(options) {
    const fixture = createFixture(options);
    return serve(fixture.service, { ...fixture.options, port: 0, host: "127.0.0.1" });
  },
});
