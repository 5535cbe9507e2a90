import { type ContractCapabilities, defineContract } from "@railhead/contract";
import { startContractWorker } from "../support/contract-worker.ts";
import { http1Transport } from "../support/http1-transport.ts";

const CAPABILITIES: ContractCapabilities = {
  // `Response` has no trailers, and `workerd serve` speaks HTTP/1.1 only.
  trailers: false,
  fullDuplex: true,
  clientStreamingIncremental: true,
  serverStreamingIncremental: true,
  cancellation: true,
  concurrentCalls: true,
};

defineContract("createWorker() in workerd", {
  capabilities: CAPABILITIES,
  transport: http1Transport(),
  start: startContractWorker,
});
