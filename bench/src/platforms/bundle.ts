import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type BuildOptions, build } from "esbuild";

/** A folder of its own with an entry point and all that it imports as one module. */
export interface Bundle {
  readonly folder: string;
  remove(): void;
}

/** @param file the name of the module in the folder */
export async function bundle(entry: URL, file: string, options: BuildOptions): Promise<Bundle> {
  const folder = mkdtempSync(join(tmpdir(), "bench-"));
  await build({
    entryPoints: [fileURLToPath(entry)],
    outfile: join(folder, file),
    bundle: true,
    format: "esm",
    target: "es2024",
    logLevel: "error",
    ...options,
  });
  return { folder, remove: () => rmSync(folder, { recursive: true }) };
}
