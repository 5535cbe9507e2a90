// `npm run generate`: writes the code that comes from .proto files. With --check it changes nothing in the tree and
// fails when the code there is not what the schemas give.
import { cp, mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { mustSucceed } from "./lib/run.mjs";
import { ensureInstalled, inRoot, workspaceEnv } from "./lib/workspace.mjs";

/** Folders with a buf.gen.yaml, each writing to src/gen. */
const folders = ["examples/user-service", "conformance", "bench"];

await ensureInstalled();
const check = process.argv.includes("--check");
for (const folder of folders) {
  const cwd = inRoot(folder);
  const env = workspaceEnv();
  env.PATH = join(cwd, "node_modules", ".bin") + delimiter + env.PATH;
  await mustSucceed(`buf lint in ${folder}`, "buf", ["lint"], { cwd, env });
  if (check) await compare(folder, env);
  else await mustSucceed(`buf generate in ${folder}`, "buf", ["generate"], { cwd, env });
}

/** Generates into a copy beside the original (it shares node_modules) and compares file by file. */
async function compare(folder, env) {
  const copy = await mkdtemp(inRoot("node_modules", ".generate-"));
  try {
    for (const name of ["proto", "buf.yaml", "buf.gen.yaml"]) {
      await cp(inRoot(folder, name), join(copy, name), { recursive: true });
    }
    await mustSucceed(`buf generate for ${folder}`, "buf", ["generate"], { cwd: copy, env });
    const wanted = await filesUnder(join(copy, "src/gen"));
    const found = await filesUnder(inRoot(folder, "src/gen"));
    const stale = [...new Set([...wanted.keys(), ...found.keys()])].filter(
      (name) => wanted.get(name) !== found.get(name),
    );
    if (stale.length === 0) return;
    console.error(
      `${folder}/src/gen is not what its schemas give: ${stale.join(", ")}. Run \`npm run generate\`.`,
    );
    process.exitCode = 1;
  } finally {
    await rm(copy, { recursive: true, force: true });
  }
}

async function filesUnder(folder) {
  const files = new Map();
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    files.set(path.slice(folder.length + 1), await readFile(path, "utf8"));
  }
  return files;
}
