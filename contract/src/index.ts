/** `@railhead/contract`: what every adapter must do, as one suite of tests and the service it is run against. */
export * from "./client/bytes.ts";
export { type CallOptions, ContractClient } from "./client/client.ts";
export type { ClientProtocol } from "./client/dialect.ts";
export type { Answer, OpenCall } from "./client/open-call.ts";
export { parseStatus, type Status } from "./client/status.ts";
export {
  fetchTransport,
  type Transport,
  type TransportRequest,
  type TransportResponse,
  transportBy,
} from "./client/transport.ts";
export { defineContract } from "./define-contract.ts";
export { createFixture, type Fixture } from "./fixture/fixture.ts";
export { fromJson, toJson } from "./fixture/json.ts";
export { pattern } from "./fixture/unary.ts";
export type { ContractCapabilities, ContractHarness, ContractOptions, ContractServer } from "./harness.ts";
export { Probe } from "./suite.ts";
