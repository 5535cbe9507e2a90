// `npm run deploy:worker [-- arguments]`: installs, builds and deploys the example Worker, with the tables of its D1.
import { foreground } from "./lib/run.mjs";
import { build, ensureInstalled, inRoot, workspaceEnv, workspaceNode } from "./lib/workspace.mjs";

await ensureInstalled();
await build();
const cwd = inRoot("examples/worker");
const wrangler = inRoot("examples/worker/node_modules/wrangler/bin/wrangler.js");
const args = process.argv.slice(2);
const isDryRun = args.includes("--dry-run");
const migrated = isDryRun ? 0 : await run("d1", "migrations", "apply", "DB", "--remote");
process.exit(migrated === 0 ? await run("deploy", ...args) : migrated);

/** In the foreground: wrangler may ask to log in. */
function run(...command) {
  return foreground(workspaceNode, [wrangler, ...command], { cwd, env: workspaceEnv() });
}
