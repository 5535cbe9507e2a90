import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

/** As deep below the package as the sources, so that they find what lies beside them. */
const FOLDER = fileURLToPath(new URL("../../dist/servers", import.meta.url));
const ENTRY = fileURLToPath(new URL("../server-process.ts", import.meta.url));

let built: Promise<unknown> | undefined;

/**
 * The process of a contender on Node as plain JavaScript: stripping types would add 30 MB to its memory, and its part to
 * a cold start. Packages stay what they are.
 */
export async function serverProcess(): Promise<string> {
  built ??= build({
    entryPoints: [ENTRY],
    outdir: FOLDER,
    bundle: true,
    splitting: true,
    packages: "external",
    format: "esm",
    platform: "node",
    target: "es2024",
    sourcemap: true,
    outExtension: { ".js": ".mjs" },
    logLevel: "error",
  });
  await built;
  return join(FOLDER, "server-process.mjs");
}
