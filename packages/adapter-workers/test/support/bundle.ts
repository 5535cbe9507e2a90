import { fileURLToPath } from "node:url";
import { build, type Plugin } from "esbuild";

/** The package of the fixture holds tests as well; what they need of the test runner is not for workers. */
const withoutTestRunner: Plugin = {
  name: "without-test-runner",
  setup: (build) =>
    build.onResolve({ filter: /^vitest$/ }, ({ path }) => ({ path, external: true, sideEffects: false })),
};

/** A worker's entry point and all it imports as one module, as wrangler would bundle it. */
export async function bundleWorker(entry: URL): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(entry)],
    bundle: true,
    write: false,
    format: "esm",
    target: "es2024",
    conditions: ["workerd", "worker", "browser"],
    external: ["cloudflare:*", "node:*"],
    plugins: [withoutTestRunner],
    logLevel: "silent",
  });
  const [output] = outputFiles;
  if (output === undefined) throw new Error(`esbuild made nothing of ${entry.href}`);
  return output.text;
}
