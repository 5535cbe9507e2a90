// The workspace as every script sees it: where it is, how it is installed and built, which Node it brings.
// Runs on any Node from 20 on with nothing installed, so it imports nothing but Node's own modules.
import { createHash } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";
import { mustSucceed } from "./run.mjs";

export const root = fileURLToPath(new URL("../../", import.meta.url));

/** @param {...string} parts */
export const inRoot = (...parts) => join(root, ...parts);

/** @param {...string} parts */
export const readJson = (...parts) => JSON.parse(readFileSync(inRoot(...parts), "utf8"));

/** For example "pnpm@12.21.0". Its one home is the field packageManager of package.json. */
export const packageManager = () => readJson("package.json").packageManager;

const executable = process.platform === "win32" ? "node.exe" : "node";

/** The Node that the workspace brings; there after ensureInstalled(). */
export const workspaceNode = inRoot("node_modules", "nodejs", "bin", executable);

/** @param {"22" | "26"} major another Node that the libraries support */
export const otherNode = (major) =>
  inRoot("tools/node-versions/node_modules", `nodejs${major}`, "bin", executable);

/** The environment with the workspace's own commands, `node` among them, before all others. */
export const workspaceEnv = () => ({
  ...process.env,
  PATH: inRoot("node_modules", ".bin") + delimiter + process.env.PATH,
});

/** Installs what the lockfile says; does nothing when that has been done. */
export async function ensureInstalled() {
  const stamp = inRoot("node_modules", ".installed");
  const wanted = installKey();
  if (existsSync(workspaceNode) && existsSync(stamp) && readFileSync(stamp, "utf8") === wanted) return;
  process.stderr.write("Installing dependencies...\n");
  const args = ["--yes", packageManager(), "install", "--frozen-lockfile"];
  await mustSucceed("The installation of dependencies", "npx", args, { cwd: root });
  writeFileSync(stamp, wanted);
}

/** Changes with every file that decides what an installation puts where. */
function installKey() {
  const lockfile = readFileSync(inRoot("pnpm-lock.yaml"), "utf8");
  const importers = /^importers:\n([\s\S]*?)^\S/m.exec(lockfile)?.[1] ?? "";
  const folders = [...importers.matchAll(/^ {2}(\S+):$/gm)].map(([, folder]) => folder);
  const hash = createHash("sha256").update(process.platform + process.arch);
  for (const file of [
    "pnpm-lock.yaml",
    "pnpm-workspace.yaml",
    ...folders.map((folder) => `${folder}/package.json`),
  ]) {
    hash.update(`\0${file}\0`);
    if (existsSync(inRoot(file))) hash.update(readFileSync(inRoot(file)));
  }
  return hash.digest("hex");
}

/** Compiles what has changed. */
export async function build() {
  const tsc = inRoot("node_modules", "typescript", "bin", "tsc");
  await mustSucceed("The build", workspaceNode, [tsc, "-b"], { cwd: root });
}
