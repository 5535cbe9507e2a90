import { fileURLToPath } from "node:url";
import {
  type LambdaOptions,
  type LocalLambda,
  runtimeAvailability,
  startLambda,
} from "@railhead/lambda-local";
import { describe } from "vitest";

const availability = runtimeAvailability();
if (!availability.isAvailable) {
  // Where everything must be there, nothing may be left out.
  if (process.env.CI) throw new Error(availability.reason);
  console.error(`Tests left out: ${availability.reason}`);
}

/** Like `describe`, where AWS's runtime client is. */
export const describeWithRuntime = describe.skipIf(!availability.isAvailable);

/** Runs a file of test/handlers, and keeps its log. */
export async function start(
  name: string,
  options: Partial<LambdaOptions> = {},
): Promise<LocalLambda & { readonly lines: readonly string[] }> {
  const lines: string[] = [];
  const handler = fileURLToPath(new URL(`../handlers/${name}`, import.meta.url));
  const lambda = await startLambda({ handler, log: (line) => lines.push(line), ...options });
  return Object.assign(lambda, { lines });
}
