import { defineContract } from "@railhead/contract";
import { http1Transport, startWorkerd } from "../support/workers.ts";

defineContract("railhead(), in workerd", {
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
  start: (options) =>
    startWorkerd({
      entry: new URL("../workers/contract.ts", import.meta.url),
      compatibilityFlags: ["enable_request_signal"],
      vars: { OPTIONS: JSON.stringify(options) },
    }),
});
