import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";
import budgets from "../size-budgets.json" with { type: "json" };

/**
 * `node bench/src/sizes.ts [--check]`: what the smallest Workers weigh, bundled and minified as for a deployment, and
 * gzipped. Each Worker is a file of `sizes/`, each budget a line of `size-budgets.json`, in bytes.
 */

const WORKERS = [
  "raw",
  "protobuf",
  "typed",
  "protobuf-json",
  "typed-json",
  "connect-es",
  "client-raw",
  "client-typed",
];
const BUDGETS: Partial<Record<string, number>> = budgets;

const { values } = parseArgs({ options: { check: { type: "boolean", default: false } } });
const missed: string[] = [];
console.log(`${"Worker".padEnd(16)}${"minified".padStart(10)}${"gzip".padStart(10)}${"budget".padStart(10)}`);
for (const name of WORKERS) {
  const code = await bundle(name);
  const size = gzipSync(code, { level: 9 }).length;
  const budget = BUDGETS[name];
  const cells = [code.length, size, budget ?? "-"].map((cell) => String(cell).padStart(10));
  console.log(name.padEnd(16) + cells.join(""));
  if (budget !== undefined && size > budget) missed.push(`${name}: ${size} bytes, budget ${budget}`);
}
for (const miss of missed) console.error(`over budget: ${miss}`);
if (values.check && missed.length > 0) process.exitCode = 1;

async function bundle(name: string): Promise<Uint8Array> {
  const entry = fileURLToPath(new URL(`../sizes/${name}.ts`, import.meta.url));
  const { outputFiles } = await build({
    entryPoints: [entry],
    bundle: true,
    minify: true,
    format: "esm",
    target: "esnext",
    // No Node built-in resolves here: a Worker of ours that needs one does not build.
    platform: "neutral",
    mainFields: ["module", "main"],
    conditions: ["workerd", "worker", "import"],
    write: false,
    logLevel: "error",
  });
  const [output] = outputFiles;
  if (output === undefined) throw new Error(`esbuild wrote nothing for ${name}`);
  return output.contents;
}
