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

export interface Started extends LocalLambda {
  /** The log, up to now. */
  readonly lines: readonly string[];
  /** Waits for a line of the log that matches. */
  logged(pattern: RegExp): Promise<string>;
}

export function handlerPath(name: string): string {
  return fileURLToPath(new URL(`../handlers/${name}`, import.meta.url));
}

/** Runs a file of test/handlers, and keeps its log. */
export async function start(name: string, options: Partial<LambdaOptions> = {}): Promise<Started> {
  const lines: string[] = [];
  const waiting = new Set<() => void>();
  const log = (line: string): void => {
    lines.push(line);
    for (const look of waiting) look();
  };
  const logged = (pattern: RegExp): Promise<string> =>
    new Promise((resolve) => {
      const look = (): void => {
        const found = lines.find((line) => pattern.test(line));
        if (found === undefined) return;
        waiting.delete(look);
        resolve(found);
      };
      waiting.add(look);
      look();
    });
  const lambda = await startLambda({ handler: handlerPath(name), log, ...options });
  return Object.assign(lambda, { lines, logged });
}
