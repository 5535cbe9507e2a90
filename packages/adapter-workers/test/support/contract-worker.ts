import type { ContractOptions } from "@railhead/contract";
import { startWorkerd, type Workerd } from "./workerd.ts";

/** What the edge tells of a request, for tests to tell it. */
export const CF_HEADER = "x-cf-blob";

/** The contract's fixture in workerd, with the flag that production code should set. */
export function startContractWorker(options: ContractOptions = {}): Promise<Workerd> {
  return startWorkerd({
    entry: new URL("../workers/contract.ts", import.meta.url),
    compatibilityFlags: ["enable_request_signal"],
    vars: { OPTIONS: JSON.stringify(options) },
    cfHeader: CF_HEADER,
  });
}
