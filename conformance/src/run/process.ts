import { spawn } from "node:child_process";

/** What a program printed, stdout and stderr together, and how it ended. */
export interface Finished {
  readonly ok: boolean;
  readonly output: string;
}

interface Surroundings {
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
}

/** Never rejects: a program that cannot be started is one that failed. */
export function start(
  command: string,
  args: readonly string[],
  { cwd, env }: Surroundings = {},
): Promise<Finished> {
  return new Promise((resolve) => {
    const child = spawn(command, args, {
      cwd,
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
