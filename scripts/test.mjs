// `npm test [-- arguments of vitest]`: installs, builds and runs every test once.
import { foreground } from "./lib/run.mjs";
import { build, ensureInstalled, inRoot, root, workspaceEnv, workspaceNode } from "./lib/workspace.mjs";

await ensureInstalled();
await build();
const vitest = inRoot("node_modules/vitest/vitest.mjs");
const args = [vitest, "run", ...process.argv.slice(2)];
process.exit(await foreground(workspaceNode, args, { cwd: root, env: workspaceEnv() }));
