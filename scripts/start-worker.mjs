// `npm run start:worker [-- arguments]`: installs, builds and serves the example Worker with wrangler, with a local D1.
import { foreground, mustSucceed } from "./lib/run.mjs";
import { build, ensureInstalled, inRoot, workspaceEnv, workspaceNode } from "./lib/workspace.mjs";

await ensureInstalled();
await build();
const cwd = inRoot("examples/worker");
const wrangler = inRoot("examples/worker/node_modules/wrangler/bin/wrangler.js");
const env = { WRANGLER_SEND_METRICS: "false", CLOUDFLARE_CF_FETCH_ENABLED: "false", ...workspaceEnv() };
// CI=1: wrangler does not ask before it changes a database that is only local.
const migrate = [wrangler, "d1", "migrations", "apply", "DB", "--local"];
await mustSucceed("The migration of the local database", workspaceNode, migrate, {
  cwd,
  env: { ...env, CI: "1" },
});
process.exit(await foreground(workspaceNode, [wrangler, "dev", ...process.argv.slice(2)], { cwd, env }));
