import { type ContractCapabilities, type ContractOptions, defineContract } from "@railhead/contract";
import type { FrontEndName, LambdaOptions } from "@railhead/lambda-local";
import { isRuntimeAvailable, type StartedFunction, startFunction } from "./runtime.ts";

const MiB = 1024 * 1024;

/** The event of an invocation has the whole request, and the runtime client takes one invocation at a time. */
export const CAPABILITIES: ContractCapabilities = {
  trailers: false,
  fullDuplex: false,
  clientStreamingIncremental: false,
  serverStreamingIncremental: true,
  cancellation: false,
  concurrentCalls: false,
  // 6 MiB of JSON, in which the body is base64.
  maxRequestBytes: 4.4 * MiB,
  maxCallMs: 900_000,
};

/** The Runtime API and a front end, each with sockets of their own, lie between handler and client. */
export const MAX_BUFFERED_BYTES: number = 56 * MiB;

/** For answers that go out whole, under the same limit. */
export const BUFFERED: Partial<ContractCapabilities> = {
  serverStreamingIncremental: false,
  maxResponseBytes: 4.4 * MiB,
};

/** Load balancers take 1 MiB of JSON. */
export const ALB: Partial<ContractCapabilities> = {
  ...BUFFERED,
  maxRequestBytes: 0.7 * MiB,
  maxResponseBytes: 0.7 * MiB,
};

export interface LambdaContract {
  readonly frontEnd: FrontEndName;
  readonly mode: "stream" | "buffered";
  /** Where they differ from those of a stream through a Function URL. */
  readonly capabilities?: Partial<ContractCapabilities>;
  readonly lambda?: Partial<LambdaOptions>;
}

/** The contract, behind a front end of lambda-local. */
export function defineLambdaContract(name: string, contract: LambdaContract): void {
  if (!isRuntimeAvailable) return;
  defineContract(name, {
    capabilities: { ...CAPABILITIES, ...contract.capabilities },
    maxBufferedBytes: MAX_BUFFERED_BYTES,
    async start(options) {
      const lambda = await startContractFunction(contract, options);
      return { url: lambda.urls[contract.frontEnd], close: () => lambda.close() };
    },
  });
}

/** The contract's fixture as a function. */
export function startContractFunction(
  { mode, lambda }: Pick<LambdaContract, "mode" | "lambda">,
  options: ContractOptions,
): Promise<StartedFunction> {
  const env = { MODE: mode, OPTIONS: JSON.stringify(options) };
  return startFunction("contract.ts", {
    timeoutMs: 900_000,
    binaryMediaTypes: ["*/*"],
    ...lambda,
    env: { ...env, ...lambda?.env },
  });
}
