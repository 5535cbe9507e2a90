import { fileURLToPath } from "node:url";
import { type ContractCapabilities, defineContract } from "@railhead/contract";
import { createTestHarness } from "wrangler";
import { http1Transport } from "../support/http1-transport.ts";

// wrangler asks Cloudflare for nothing, and tells it nothing.
process.env.CLOUDFLARE_CF_FETCH_ENABLED = "false";
process.env.WRANGLER_SEND_METRICS = "false";

const CAPABILITIES: ContractCapabilities = {
  // `Response` has no trailers, and `wrangler dev` speaks HTTP/1.1 only.
  trailers: false,
  fullDuplex: true,
  clientStreamingIncremental: true,
  serverStreamingIncremental: true,
  // The server in front of the Worker passes on what it reads and writes, not that its own client has left.
  cancellation: "while-bytes-flow",
  concurrentCalls: true,
};

defineContract("createWorker() in wrangler dev", {
  capabilities: CAPABILITIES,
  transport: http1Transport(),
  // Each of the servers in front has sockets of its own.
  maxBufferedBytes: 56 * 1024 * 1024,
  async start(options) {
    const server = createTestHarness({
      workers: [
        {
          config: {
            name: "contract",
            main: fileURLToPath(new URL("../workers/contract.ts", import.meta.url)),
            compatibility_date: "2026-11-01",
            compatibility_flags: ["enable_request_signal"],
            vars: { OPTIONS: JSON.stringify(options) },
          },
        },
      ],
    });
    const { url } = await server.listen();
    return { url: url.origin, close: () => server.close() };
  },
});
