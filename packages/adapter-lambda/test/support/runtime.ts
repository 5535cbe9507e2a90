import { fileURLToPath } from "node:url";
import {
  type LambdaOptions,
  type LocalLambda,
  runtimeAvailability,
  startLambda,
} from "@railhead/lambda-local";
import { describe, test } from "vitest";

const availability = runtimeAvailability();

/** Whether AWS's runtime client is there. Throws in continuous integration, where it has to be. */
export const isRuntimeAvailable: boolean = availability.isAvailable;
if (!availability.isAvailable) {
  if (process.env.CI) throw new Error(availability.reason);
  console.error(`Tests left out: ${availability.reason}`);
  test.skip(availability.reason);
}

/** Like `describe`, where AWS's runtime client is. */
export const describeWithRuntime = describe.skipIf(!isRuntimeAvailable);

export type StartedFunction = LocalLambda & { readonly lines: readonly string[] };

/** Runs a file of test/functions under the runtime client, and keeps its log. */
export async function startFunction(
  name: string,
  options: Partial<LambdaOptions> = {},
): Promise<StartedFunction> {
  const lines: string[] = [];
  const handler = fileURLToPath(new URL(`../functions/${name}`, import.meta.url));
  const lambda = await startLambda({ handler, log: (line) => lines.push(line), ...options });
  return Object.assign(lambda, { lines });
}
