import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Guide } from "./guide.ts";
import { parseAnchors, parseLinks } from "./markdown.ts";
import { installable, root } from "./workshop.ts";

/** Packages that the pages install and never import. */
const TOOLS = [
  "@bufbuild/buf",
  "@bufbuild/protoc-gen-es",
  "@types/node",
  "esbuild",
  "typescript",
  "vitest",
  "wrangler",
];
/** Commands of npm that are no scripts. */
const NPM = ["init", "ls", "pkg"];

/** Links of a page that lead nowhere in this repository. */
export function brokenLinks(page: string, text: string): string[] {
  return parseLinks(text).flatMap(({ target, line }) => {
    if (/^(https?|mailto):/.test(target)) return [];
    const [path = "", anchor] = target.split("#");
    const file = join(root, dirname(page), path);
    if (!existsSync(file)) return [`${page}:${line}: there is no ${target}`];
    if (anchor === undefined) return [];
    const there = parseAnchors(path === "" ? text : readFileSync(file, "utf8"));
    return there.has(anchor)
      ? []
      : [`${page}:${line}: no heading makes #${anchor} in ${path || "this page"}`];
  });
}

/** Commands of a page that this repository does not back: scripts, packages and files that do not exist. */
export function brokenCommands({ page, commands }: Guide): string[] {
  return commands.flatMap(({ text, line }) => faultsOf(text).map((fault) => `${page}:${line}: ${fault}`));
}

function faultsOf(command: string): string[] {
  const faults: string[] = [];
  const script = /^npm (?:run )?([\w:]+)/.exec(command)?.[1];
  if (script === "install" || script === "i") {
    const names = command.split(/\s+/).slice(2);
    for (const name of names) {
      if (!name.startsWith("-") && !installable.includes(name) && !TOOLS.includes(name)) {
        faults.push(`no page uses the package ${name}`);
      }
    }
  } else if (script !== undefined && !NPM.includes(script) && scripts()[script] === undefined) {
    faults.push(`package.json has no script "${script}"`);
  }
  for (const [path] of command.matchAll(/(?<=^|\s)(?:bench|docs|examples|packages|scripts)\/[\w./-]+/g)) {
    if (!existsSync(join(root, path))) faults.push(`there is no ${path}`);
  }
  return faults;
}

function scripts(): Record<string, string | undefined> {
  return JSON.parse(readFileSync(join(root, "package.json"), "utf8")).scripts;
}
