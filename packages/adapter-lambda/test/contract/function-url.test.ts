import { type ContractCapabilities, defineContract } from "@railhead/contract";
import { describeWithRuntime, startFunction } from "../support/runtime.ts";

/** The event of an invocation has the whole request, and the runtime client takes one at a time. */
const CAPABILITIES: ContractCapabilities = {
  trailers: false,
  fullDuplex: false,
  clientStreamingIncremental: false,
  serverStreamingIncremental: true,
  cancellation: false,
  concurrentCalls: false,
  // 6 MiB of JSON, in which the body is base64.
  maxRequestBytes: 4.4 * 1024 * 1024,
  maxCallMs: 900_000,
};

describeWithRuntime("response streaming", () => {
  defineContract("createLambdaHandler(), Function URL", {
    capabilities: CAPABILITIES,
    start: (options) =>
      startFunction("contract.ts", { timeoutMs: 900_000, env: { OPTIONS: JSON.stringify(options) } }),
  });
});
