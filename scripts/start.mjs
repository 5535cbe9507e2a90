// `npm start [-- arguments]`: installs, builds and runs the example service on Node.
import { foreground } from "./lib/run.mjs";
import { build, ensureInstalled, inRoot, workspaceNode } from "./lib/workspace.mjs";

await ensureInstalled();
await build();
process.exit(
  await foreground(workspaceNode, [inRoot("examples/node/dist/main.js"), ...process.argv.slice(2)]),
);
