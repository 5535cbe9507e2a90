import { createWorker, type Worker } from "@railhead/adapter-workers";
import { type ContractOptions, createFixture } from "@railhead/contract";
import { jsonFormat } from "@railhead/core";

interface Env {
  /** ContractOptions as JSON. */
  readonly OPTIONS: string;
}

let worker: Worker<Env> | undefined;

function workerFor(options: ContractOptions): Worker<Env> {
  const fixture = createFixture(options);
  return createWorker<Env>(fixture.service, { json: jsonFormat(), ...fixture.options });
}

/** The contract's fixture. Its options come with the bindings, which no one has before the first request. */
const contract: Worker<Env> = {
  fetch(request, env, ctx) {
    worker ??= workerFor(JSON.parse(env.OPTIONS));
    return worker.fetch(request, env, ctx);
  },
};

export default contract;
