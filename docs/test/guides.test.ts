import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { parseGuide } from "./lib/guide.ts";
import { lacksRuntime } from "./lib/lambda-runtime.ts";
import { brokenCommands, brokenLinks } from "./lib/prose.ts";
import { runModule } from "./lib/run-module.ts";
import { typeCheck } from "./lib/type-check.ts";
import { clearAway, folderOf, layOut, root } from "./lib/workshop.ts";

/**
 * Every page says what the code does. Its TypeScript blocks become modules, line by line where they stand in the page;
 * they are type-checked as strictly as our own code, run one by one, and must print what their `// ->` comments say.
 */
const pages = [
  "README.md",
  "CONTRIBUTING.md",
  ...readdirSync(join(root, "packages")).map((name) => `packages/${name}/README.md`),
  ...readdirSync(join(root, "docs"))
    .filter((name) => name.endsWith(".md"))
    .map((name) => `docs/${name}`),
];
const guides = pages.map((page) => {
  const text = readFileSync(join(root, page), "utf8");
  return { text, ...parseGuide(page, text) };
});

// Before anything is collected: the pages' own tests are imported below.
const out = await layOut(guides);
afterAll(() => clearAway(out));

let typeErrors: readonly string[] = [];
beforeAll(async () => {
  typeErrors = await typeCheck(out);
});

test("there is no type error outside the pages", () => {
  expect(typeErrors.filter((error) => !pages.some((page) => error.startsWith(`${page}:`)))).toEqual([]);
});

describe.each(guides)("$page", (guide) => {
  test("its links lead somewhere", () => {
    expect(brokenLinks(guide.page, guide.text)).toEqual([]);
  });

  test("its commands fit the repository", () => {
    expect(brokenCommands(guide)).toEqual([]);
  });

  test("its code has the right types", () => {
    expect(typeErrors.filter((error) => error.startsWith(`${guide.page}:`))).toEqual([]);
  });

  for (const module of guide.modules.filter(({ isTest }) => !isTest)) {
    test.skipIf(lacksRuntime(module))(`${module.file} runs and prints what the page says`, async () => {
      await runModule(out, guide.page, module);
    });
  }
});

for (const { page, modules } of guides) {
  for (const module of modules.filter(({ isTest }) => isTest)) {
    // The page's own tests register themselves here.
    describe.skipIf(lacksRuntime(module))(`${page}, ${module.file}`, async () => {
      await import(join(folderOf(out, page), module.file));
    });
  }
}
