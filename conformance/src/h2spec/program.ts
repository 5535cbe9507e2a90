import { readFile } from "node:fs/promises";
import { goInstall } from "../run/go-install.ts";
import { inPackage } from "../run/paths.ts";
import { type Finished, start } from "../run/process.ts";

const MODULE = inPackage("h2spec");
const SOURCE = "github.com/summerwind/h2spec";

/** Makes h2spec ready to be started. @throws Error that says what is missing */
export async function installH2spec(): Promise<(args: readonly string[]) => Promise<Finished>> {
  const version = await versionIn(inPackage("h2spec", "go.mod"));
  // It does not know its own version, so the folder tells it.
  const folder = inPackage(".runner", `h2spec-${version}`);
  const path = inPackage(".runner", `h2spec-${version}`, "h2spec");
  if (!(await start(path, ["--version"])).ok) {
    const title = `h2spec ${version}`;
    await goInstall({ title, source: `${SOURCE}/cmd/h2spec`, folder, path, module: MODULE });
  }
  return (args) => start(path, args);
}

async function versionIn(goMod: string): Promise<string> {
  const version = /\sgithub\.com\/summerwind\/h2spec (v[\d.]+)/.exec(await readFile(goMod, "utf8"))?.[1];
  if (version === undefined) throw new Error(`${goMod} says no version of ${SOURCE}`);
  return version;
}
