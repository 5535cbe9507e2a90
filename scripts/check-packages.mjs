// Packs each public package as it would be published and lints the tarball: do its entry points and types resolve?
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { capture } from "./lib/run.mjs";
import { build, ensureInstalled, inRoot, packageManager, readJson, workspaceEnv } from "./lib/workspace.mjs";

await ensureInstalled();
await build();
const env = workspaceEnv();
const folders = (await readdir(inRoot("packages"))).filter(
  (name) => !readJson("packages", name, "package.json").private,
);
for (const folder of folders) {
  const cwd = inRoot("packages", folder);
  const target = await mkdtemp(join(tmpdir(), "railhead-pack-"));
  try {
    await step(folder, "npx", ["--yes", packageManager(), "pack", "--pack-destination", target], {
      cwd,
      env,
    });
    const tarball = join(target, (await readdir(target))[0] ?? "");
    await step(folder, "publint", ["run", tarball, "--strict"], { env });
    await step(folder, "attw", [tarball, "--profile", "esm-only", "--no-emoji"], { env });
  } finally {
    await rm(target, { recursive: true, force: true });
  }
}
console.log(`${folders.length} packages checked: ${folders.join(", ")}`);

async function step(folder, command, args, options) {
  const { code, output } = await capture(command, args, options);
  if (code === 0) return;
  console.error(`${output}\n${command} refuses packages/${folder}`);
  process.exitCode = 1;
}
