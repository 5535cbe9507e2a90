import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

/** Whether handlers can run here under AWS's runtime client, and if not, why and what to do about it. */
export type RuntimeAvailability =
  | { readonly isAvailable: true }
  | { readonly isAvailable: false; readonly reason: string };

/** Looks for AWS's runtime client (the npm package aws-lambda-ric) and its native part; starts nothing. */
export function runtimeAvailability(): RuntimeAvailability {
  const found = findRuntimeClient();
  return "reason" in found ? { isAvailable: false, reason: found.reason } : { isAvailable: true };
}

/** @throws Error saying what is missing. */
export function requireRuntimeClient(): string {
  const found = findRuntimeClient();
  if ("reason" in found) throw new Error(found.reason);
  return found.entry;
}

function findRuntimeClient(): { readonly entry: string } | { readonly reason: string } {
  if (process.platform !== "linux") {
    return {
      reason: `AWS's runtime client (aws-lambda-ric) runs on Linux only, and this is ${process.platform}. Use a container, a virtual machine or WSL.`,
    };
  }
  const entry = resolveEntry();
  if (entry === undefined || !existsSync(join(dirname(entry), "rapid-client.node"))) {
    return {
      reason:
        `AWS's runtime client (aws-lambda-ric) is ${entry === undefined ? "not installed" : "installed without its native part"}. ` +
        "It is compiled when it is installed: that takes cmake, make, a C++ compiler and python3 " +
        '(Debian: apt-get install cmake make g++ python3), and leave to run its install script (pnpm: "aws-lambda-ric: true" ' +
        "under allowBuilds). Then install once more (pnpm: with --force).",
    };
  }
  return { entry };
}

function resolveEntry(): string | undefined {
  try {
    return createRequire(import.meta.url).resolve("aws-lambda-ric");
  } catch {
    return undefined;
  }
}
