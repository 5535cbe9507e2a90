// `npm run conformance [-- options] [suites]`: installs, builds, and runs the official conformance suite against every
// adapter, or h2spec. conformance/src/main.ts has the options.
import { foreground } from "./lib/run.mjs";
import { build, ensureInstalled, inRoot, root, workspaceEnv, workspaceNode } from "./lib/workspace.mjs";

await ensureInstalled();
await build();
const args = [inRoot("conformance/src/main.ts"), ...process.argv.slice(2)];
process.exit(await foreground(workspaceNode, args, { cwd: root, env: workspaceEnv() }));
