import { fileURLToPath } from "node:url";
import { type ContractCapabilities, defineContract, type Transport } from "@railhead/contract";
import { vi } from "vitest";
import { createTestHarness } from "wrangler";
import { http1Transport } from "../support/http1-transport.ts";

/**
 * The server in front keeps its connections to the Worker, and now and then takes one that workerd is about to close,
 * because an earlier call had ended before its request: it answers 500 then, and the Worker never hears of the call.
 */
function pastLostConnections(transport: Transport): Transport {
  return async (url, request) => {
    const response = await transport(url, request);
    if (response.status !== 500 || request.body instanceof ReadableStream) return response;
    const text = await new Response(response.body).text();
    if (text.includes("Network connection lost")) return transport(url, request);
    return { ...response, body: new Response(text).body };
  };
}

// The server in front tells the Worker of a client that has left late, and on a busy machine very late.
vi.setConfig({ testTimeout: 60_000 });

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
  transport: pastLostConnections(http1Transport()),
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
