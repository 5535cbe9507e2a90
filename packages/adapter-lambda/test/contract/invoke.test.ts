import { defineContract, type Transport, transportBy } from "@railhead/contract";
import { CAPABILITIES, MAX_BUFFERED_BYTES, startContractFunction } from "../support/contract.ts";
import { fetchOf } from "../support/invoke.ts";
import { isRuntimeAvailable } from "../support/runtime.ts";

/** A transport for each function, by the host that stands for it. */
const functions = new Map<string, Transport>();

if (isRuntimeAvailable) {
  defineContract("createLambdaHandler(), createLambdaFetch()", {
    capabilities: CAPABILITIES,
    maxBufferedBytes: MAX_BUFFERED_BYTES,
    transport(url, request) {
      const transport = functions.get(new URL(url).host);
      if (transport === undefined) throw new Error(`no function for ${url}`);
      return transport(url, request);
    },
    async start(options) {
      const lambda = await startContractFunction({ mode: "stream" }, options);
      const host = `function-${functions.size}`;
      functions.set(host, transportBy(fetchOf(lambda)));
      return { url: `http://${host}`, close: () => lambda.close() };
    },
  });
}
