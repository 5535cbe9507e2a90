import { goInstall } from "./go-install.ts";
import { inPackage } from "./paths.ts";
import { type Finished, start } from "./process.ts";

const MODULE = "connectrpc.com/conformance/cmd/connectconformance";
const VERSION = "v1.0.5";
const FOLDER = inPackage(".runner");
const RUNNER = inPackage(".runner", "connectconformance");

export const RUNNER_NAME = `connectconformance ${VERSION}`;

/** Builds the runner with Go, unless that has been done. @throws Error that says what is missing */
export async function installRunner(): Promise<void> {
  if ((await start(RUNNER, ["--version"])).output.trim() === RUNNER_NAME) return;
  await goInstall({ title: RUNNER_NAME, source: `${MODULE}@${VERSION}`, folder: FOLDER, path: RUNNER });
}

export function startRunner(args: readonly string[]): Promise<Finished> {
  return start(RUNNER, args);
}
