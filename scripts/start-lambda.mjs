// `npm run start:lambda [-- arguments]`: installs, builds and runs the example function under AWS's runtime client.
import { foreground } from "./lib/run.mjs";
import { build, ensureInstalled, inRoot, workspaceNode } from "./lib/workspace.mjs";

await ensureInstalled();
await build();
const command = inRoot("packages/lambda-local/dist/cli/main.js");
const handler = inRoot("examples/lambda/dist/function.js");
process.exit(await foreground(workspaceNode, [command, handler, ...process.argv.slice(2)]));
