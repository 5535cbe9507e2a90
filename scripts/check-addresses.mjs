// No tracked file may carry the address of a package registry: everybody installs from the one they have configured.
import { capture } from "./lib/run.mjs";
import { root } from "./lib/workspace.mjs";

const findings = [
  ...(await grep("-E", "https?://|tarball:|resolved:", "--", "pnpm-lock.yaml")),
  ...(await grep("-E", "^ *registry *[=:]", "--", "*.npmrc", "pnpm-workspace.yaml")),
];
const { output } = await capture("npm", ["config", "get", "registry"], { cwd: root });
const host = /^https?:\/\/([^/\s]+)/m.exec(output)?.[1];
if (host) findings.push(...(await grep("-F", host)));

for (const finding of findings) console.error(finding);
if (findings.length > 0) {
  console.error(`${findings.length} lines of tracked files carry the address of a package registry`);
  process.exitCode = 1;
}

/** The matching lines of tracked files. */
async function grep(...args) {
  const { code, output } = await capture("git", ["grep", "-nI", "--untracked", ...args], { cwd: root });
  if (code > 1) throw new Error(output);
  return code === 0 ? output.trim().split("\n") : [];
}
