import { mkdir } from "node:fs/promises";
import { start } from "./process.ts";

/** A program that is built with Go from its source. */
export interface GoProgram {
  /** With its version. */
  readonly title: string;
  /** What `go install` takes. */
  readonly source: string;
  /** Where it is to be. */
  readonly folder: string;
  readonly path: string;
  /** The module that the versions stand in, for a source that has none. */
  readonly module?: string;
}

/** Builds a program. @throws Error that says what is missing */
export async function goInstall({ title, source, folder, path, module }: GoProgram): Promise<void> {
  await mkdir(folder, { recursive: true });
  const go = await start("go", ["version"]);
  if (!go.ok) {
    throw new Error(
      `${title} is built with Go 1.24 or later, and there is none in PATH: install Go, or put ${title} at ${path}`,
    );
  }
  console.log(`building ${title} with ${go.output.trim()}`);
  const built = await start("go", ["install", source], {
    env: { GOBIN: folder },
    ...(module !== undefined && { cwd: module }),
  });
  if (built.ok) return;
  throw new Error(
    `it takes Go 1.24, or one from 1.21 on that may download it; go install said:\n${built.output}`,
  );
}
