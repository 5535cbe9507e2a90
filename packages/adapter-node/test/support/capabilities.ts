import type { ContractCapabilities } from "@railhead/contract";

/** HTTP/2 can do it all. */
export const ALL_CAPABILITIES: ContractCapabilities = {
  trailers: true,
  fullDuplex: true,
  clientStreamingIncremental: true,
  serverStreamingIncremental: true,
  cancellation: true,
  concurrentCalls: true,
};

/** HTTP/1.1 as `fetch` speaks it: no trailers, and no response before the request is sent. */
export const HTTP1_CAPABILITIES: ContractCapabilities = {
  ...ALL_CAPABILITIES,
  trailers: false,
  fullDuplex: false,
};
