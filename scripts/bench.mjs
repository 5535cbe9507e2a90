// `npm run bench [-- arguments]`: installs, builds and runs the benchmark. See bench/README.md.
import { foreground } from "./lib/run.mjs";
import { build, ensureInstalled, inRoot, workspaceNode } from "./lib/workspace.mjs";

await ensureInstalled();
await build();
process.exit(await foreground(workspaceNode, [inRoot("bench/src/main.ts"), ...process.argv.slice(2)]));
