// `npm run types`: what the build does not check: core's layers without DOM, the tests, the tests of types, the benchmarks.
import { mustSucceed } from "./lib/run.mjs";
import { build, ensureInstalled, inRoot, root, workspaceNode } from "./lib/workspace.mjs";

await ensureInstalled();
await build();
const tsc = inRoot("node_modules/typescript/bin/tsc");
const projects = [
  "packages/core/tsconfig.layers.json",
  "tsconfig.test.json",
  "packages/adapter-workers/test/tsconfig.workers.json",
];
for (const project of projects) {
  await mustSucceed(`The check of ${project}`, workspaceNode, [tsc, "-p", project], { cwd: root });
}
