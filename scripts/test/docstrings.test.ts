import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

/** Whoever points at a name of ours in an editor reads what it is: each export has a docstring, each overload its own. */

const packages = fileURLToPath(new URL("../../packages/", import.meta.url));

/** Where a name is declared, behind all files that hand it on. */
interface Declared {
  readonly file: string;
  readonly name: string;
}

/** The names that a declaration file exports, its own and those of others. */
function exportsOf(file: string): Declared[] {
  const text = readFileSync(file, "utf8");
  const target = (path: string): string => join(dirname(file), path.replace(/\.ts$/, ".d.ts"));
  const own = [...text.matchAll(/^export (?:declare )?(?:abstract )?\w+ (\w+)/gm)].map(([, name = ""]) => ({
    file,
    name,
  }));
  const lists = [...text.matchAll(/^export (?:type )?\{([^}]*)\} from "(\.[^"]+)";/gm)];
  const listed = lists.flatMap(([, names = "", path = ""]) =>
    names.split(",").map((name) => ({
      file: target(path),
      name: name
        .replace(/^\s*(?:type )?/, "")
        .replace(/ as .*$/, "")
        .trim(),
    })),
  );
  const stars = [...text.matchAll(/^export (?:type )?\* from "(\.[^"]+)";/gm)];
  return [...own, ...listed, ...stars.flatMap(([, path = ""]) => exportsOf(target(path)))];
}

/** The lines that declare a name and have no docstring above them. */
function bareLines({ file, name }: Declared): string[] {
  const lines = readFileSync(file, "utf8").split("\n");
  const declares = new RegExp(
    `^export (?:declare )?(?:abstract )?(?:class|const|function|interface|type) ${name}\\b`,
  );
  return lines.filter((line, index) => declares.test(line) && !lines[index - 1]?.endsWith("*/"));
}

const entries = readdirSync(packages).flatMap((folder) => {
  const { exports, private: isPrivate } = JSON.parse(
    readFileSync(join(packages, folder, "package.json"), "utf8"),
  );
  if (isPrivate) return [];
  return Object.values<{ types: string }>(exports).map(({ types }) => join(packages, folder, types));
});

test.each(entries)("%s: each export has a docstring", (entry) => {
  expect(existsSync(entry)).toBe(true);
  const declared = exportsOf(entry);
  expect(declared.length).toBeGreaterThan(0);
  expect(declared.flatMap(bareLines)).toEqual([]);
});
