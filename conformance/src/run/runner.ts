import { spawn } from "node:child_process";
import { mkdir } from "node:fs/promises";
import { inPackage } from "./paths.ts";

const MODULE = "connectrpc.com/conformance/cmd/connectconformance";
const VERSION = "v1.0.5";
const FOLDER = inPackage(".runner");
const RUNNER = inPackage(".runner", "connectconformance");

export const RUNNER_NAME = `connectconformance ${VERSION}`;

/** What a program printed, stdout and stderr together, and how it ended. */
export interface Finished {
  readonly ok: boolean;
  readonly output: string;
}

/** Builds the runner with Go, unless that has been done. @throws Error that says what is missing */
export async function installRunner(): Promise<void> {
  if ((await start(RUNNER, ["--version"])).output.trim() === RUNNER_NAME) return;
  await mkdir(FOLDER, { recursive: true });
  const go = await start("go", ["version"]);
  if (!go.ok) {
    throw new Error(
      `the conformance suite's runner is built with Go 1.24 or later, and there is none in PATH: install Go, or put ${RUNNER_NAME} at ${RUNNER}`,
    );
  }
  console.log(`building ${RUNNER_NAME} with ${go.output.trim()}`);
  const built = await start("go", ["install", `${MODULE}@${VERSION}`], { GOBIN: FOLDER });
  if (built.ok) return;
  throw new Error(
    `it takes Go 1.24, or one from 1.21 on that may download it; go install said:\n${built.output}`,
  );
}

export function startRunner(args: readonly string[]): Promise<Finished> {
  return start(RUNNER, args);
}

/** Never rejects: a program that cannot be started is one that failed. */
function start(command: string, args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<Finished> {
  return new Promise((resolve) => {
    const child = spawn(command, args, {
      env: { ...process.env, ...env },
      stdio: ["ignore", "pipe", "pipe"],
      // A group of its own, so that the programs it has started end with it.
      detached: true,
    });
    const chunks: Buffer[] = [];
    const stop = (): void => {
      if (child.pid !== undefined) process.kill(-child.pid, "SIGTERM");
    };
    process.on("exit", stop);
    const done = (ok: boolean): void => {
      process.off("exit", stop);
      resolve({ ok, output: Buffer.concat(chunks).toString() });
    };
    for (const stream of [child.stdout, child.stderr]) {
      stream.on("data", (chunk: Buffer) => void chunks.push(chunk));
    }
    child.on("error", (error) => {
      chunks.push(Buffer.from(`${error.message}\n`));
      done(false);
    });
    child.on("close", (code) => done(code === 0));
  });
}
