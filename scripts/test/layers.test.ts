import { execFile } from "node:child_process";
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

/**
 * The layers rule of CONTRIBUTING.md is held by the overrides in biome.json. This suite plants imports in a copy of the
 * tree's layout and lints them there, so that a rule that stops firing, or fires on good code, is seen.
 */
const root = fileURLToPath(new URL("../../", import.meta.url));
const biome = join(root, "node_modules/@biomejs/biome/bin/biome");
const run = promisify(execFile);

const core = "packages/core/src";
const node = "packages/adapter-node/src";

const refused: [file: string, specifier: string][] = [
  [`${core}/wire/a.ts`, "../protocol/b.ts"],
  [`${core}/wire/a.ts`, "../call/b.ts"],
  [`${core}/wire/a.ts`, "../web/b.ts"],
  [`${core}/wire/a.ts`, "../metadata.ts"],
  [`${core}/wire/a.ts`, "@bufbuild/protobuf"],
  [`${core}/wire/a.ts`, "@railhead/core"],
  [`${core}/wire/a.ts`, "node:buffer"],
  [`${core}/protocol/a.ts`, "../call/b.ts"],
  [`${core}/protocol/a.ts`, "../web/b.ts"],
  [`${core}/protocol/a.ts`, "@bufbuild/protobuf"],
  [`${core}/protocol/a.ts`, "../../dist/index.js"],
  [`${core}/protocol/a.ts`, "node:http2"],
  [`${core}/call/a.ts`, "../web/b.ts"],
  [`${core}/call/a.ts`, "@bufbuild/protobuf"],
  [`${core}/call/a.ts`, "node:timers"],
  [`${core}/web/a.ts`, "@railhead/adapter-node"],
  [`${core}/web/a.ts`, "../../../adapter-node/src/index.ts"],
  [`${core}/web/a.ts`, "node:stream"],
  [`${core}/web/a.ts`, "../client/b.ts"],
  [`${core}/call/a.ts`, "../client/b.ts"],
  [`${core}/protocol/a.ts`, "../client/b.ts"],
  [`${core}/wire/a.ts`, "../client/b.ts"],
  [`${core}/client/a.ts`, "@bufbuild/protobuf"],
  [`${core}/client/a.ts`, "@railhead/core"],
  [`${core}/client/a.ts`, "node:http"],
  [`${core}/client/a.ts`, "../../../adapter-node/src/index.ts"],
  [`${core}/service.ts`, "@railhead/core/raw"],
  [`${core}/service.ts`, "@railhead/adapter-node"],
  [`${core}/service.ts`, "../../adapter-node/src/index.ts"],
  [`${core}/service.ts`, "../test/helper.ts"],
  [`${core}/service.ts`, "fs"],
  [`${core}/service.ts`, "node:fs"],
  [`${node}/a.ts`, "../../core/src/index.ts"],
  [`${node}/a.ts`, "../../core/dist/index.js"],
  [`${node}/inner/a.ts`, "../../../core/src/index.ts"],
  [`${node}/a.ts`, "@railhead/core/dist/index.js"],
  [`${node}/a.ts`, "@railhead/core/src/wire/frame.ts"],
  [`${node}/a.ts`, "@railhead/adapter-workers"],
  ["packages/adapter-node/test/a.ts", "../../core/src/wire/b.ts"],
  ["examples/node/src/a.ts", "../../../packages/core/src/index.ts"],
  ["contract/src/a.ts", "../../packages/adapter-node/src/index.ts"],
];

const allowed: [file: string, specifier: string][] = [
  [`${core}/wire/a.ts`, "./b.ts"],
  [`${core}/protocol/a.ts`, "./b.ts"],
  [`${core}/protocol/a.ts`, "../wire/b.ts"],
  [`${core}/protocol/a.ts`, "../transport.ts"],
  [`${core}/call/a.ts`, "./b.ts"],
  [`${core}/call/a.ts`, "../protocol/b.ts"],
  [`${core}/call/a.ts`, "../wire/b.ts"],
  [`${core}/call/a.ts`, "../metadata.ts"],
  [`${core}/web/a.ts`, "../call/b.ts"],
  [`${core}/web/a.ts`, "../wire/b.ts"],
  [`${core}/web/a.ts`, "../service.ts"],
  [`${core}/client/a.ts`, "./b.ts"],
  [`${core}/client/a.ts`, "../web/b.ts"],
  [`${core}/client/a.ts`, "../call/b.ts"],
  [`${core}/client/a.ts`, "../protocol/b.ts"],
  [`${core}/client/a.ts`, "../wire/b.ts"],
  [`${core}/client/a.ts`, "../metadata.ts"],
  [`${core}/index.ts`, "./web/b.ts"],
  [`${core}/index.ts`, "./call/b.ts"],
  [`${core}/service.ts`, "./metadata.ts"],
  [`${core}/service.ts`, "@bufbuild/protobuf"],
  [`${core}/service.ts`, "@bufbuild/protobuf/codegenv2"],
  [`${node}/a.ts`, "./b.ts"],
  [`${node}/inner/a.ts`, "../b.ts"],
  [`${node}/a.ts`, "node:http2"],
  [`${node}/a.ts`, "@railhead/core"],
  [`${node}/a.ts`, "@railhead/core/transport"],
  ["packages/core/test/a.ts", "../src/wire/b.ts"],
  ["packages/core/test/a.ts", "node:fs"],
  ["packages/adapter-node/test/a.ts", "@railhead/contract"],
  ["packages/adapter-node/test/a.ts", "../src/b.ts"],
];

/** Each import is planted in every form that an import can take. */
const forms = [
  (specifier: string) => `export * from "${specifier}";\n`,
  (specifier: string) => `import { name } from "${specifier}";\nexport const copy = name;\n`,
  (specifier: string) => `import type { Name } from "${specifier}";\nexport let value: Name;\n`,
  (specifier: string) => `export const later = (): Promise<unknown> => import("${specifier}");\n`,
];

interface Diagnostic {
  category: string;
  location: { path: string | { file: string } };
}

let tree: string;
const rulesByFile = new Map<string, Set<string>>();

/** Where one case is planted: its folder decides which rules apply, its name tells the cases apart. */
function planted(file: string, specifier: string, form: number): string {
  const name = `case-${specifier.replace(/[^a-z0-9]+/gi, "-")}-${form}.ts`;
  return join(dirname(file), name);
}

beforeAll(async () => {
  tree = await mkdtemp(join(tmpdir(), "railhead-layers-"));
  const config = JSON.parse(await readFile(join(root, "biome.json"), "utf8"));
  await writeFile(join(tree, "biome.json"), JSON.stringify({ ...config, vcs: { enabled: false } }));
  for (const name of ["core", "adapter-node"]) {
    await mkdir(join(tree, "packages", name), { recursive: true });
    await cp(join(root, "packages", name, "package.json"), join(tree, "packages", name, "package.json"));
  }
  for (const [file, specifier] of [...refused, ...allowed]) {
    for (const [form, source] of forms.entries()) {
      const path = join(tree, planted(file, specifier, form));
      await mkdir(dirname(path), { recursive: true });
      await writeFile(path, source(specifier));
    }
  }
  const args = ["lint", "--reporter=json", "--max-diagnostics=none", "."];
  const report = await run(process.execPath, [biome, ...args], { cwd: tree, maxBuffer: 2 ** 28 }).catch(
    (failure: { stdout: string }) => failure,
  );
  for (const { category, location } of JSON.parse(report.stdout).diagnostics as Diagnostic[]) {
    const path = typeof location.path === "string" ? location.path : location.path.file;
    const file = path.replace(/^\.\//, "");
    const rule = category.split("/").at(-1) ?? category;
    rulesByFile.set(file, (rulesByFile.get(file) ?? new Set()).add(rule));
  }
});

afterAll(() => rm(tree, { recursive: true, force: true }));

describe("the layers rule", () => {
  test.each(refused)("%s must not import %s", (file, specifier) => {
    for (const form of forms.keys()) {
      expect([...(rulesByFile.get(planted(file, specifier, form)) ?? [])], `form ${form}`).toContain(
        "noRestrictedImports",
      );
    }
  });

  test.each(allowed)("%s may import %s", (file, specifier) => {
    for (const form of forms.keys()) {
      expect([...(rulesByFile.get(planted(file, specifier, form)) ?? [])], `form ${form}`).toEqual([]);
    }
  });
});
