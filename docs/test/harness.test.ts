import { afterAll, describe, expect, test } from "vitest";
import { parseGuide } from "./lib/guide.ts";
import { brokenCommands, brokenLinks } from "./lib/prose.ts";
import { runModule } from "./lib/run-module.ts";
import { typeCheck } from "./lib/type-check.ts";
import { clearAway, layOut } from "./lib/workshop.ts";

/** What would the tests of the pages be worth if they passed for pages that are wrong? */
const block = (code: string): string => `# A page\n\nSome text.\n\n\`\`\`ts\n${code}\n\`\`\`\n`;
const PAGES = {
  "right.md": block('console.log("a");\n// -> a\nconsole.log(1 + 1); // -> 2'),
  "types.md": block('import { GrpcError } from "@railhead/core";\nnew GrpcError("NOT_FOUND", "no");'),
  "output.md": block("console.log(1 + 1); // -> 3"),
  "silent.md": block("// -> 3"),
  "chatty.md": block('console.log("a"); // -> a\nconsole.log("b");'),
  "throws.md": block('throw new Error("no luck");'),
  "rejects.md": block('void Promise.reject(new Error("nobody looks"));'),
  "open.md": block('import { createServer } from "node:http";\ncreateServer().listen(0);'),
};
type Page = keyof typeof PAGES;

const guides = Object.entries(PAGES).map(([page, text]) => parseGuide(page, text));
const out = await layOut(guides);
afterAll(() => clearAway(out));

function run(page: Page, timeoutMs?: number): Promise<void> {
  const [module] = parseGuide(page, PAGES[page]).modules;
  if (module === undefined) throw new Error(`${page} has no module`);
  return runModule(out, page, module, timeoutMs);
}

describe("a page that is wrong fails", () => {
  test("not the one that is right", () => run("right.md"));

  test("for a type error, at its line of the page", async () => {
    const errors = await typeCheck(out);
    expect(errors).toEqual([expect.stringMatching(/^types\.md:7:15: error TS2345: /)]);
  });

  test.for([
    ["output.md", 'output.md:6: expected "3", printed "2"'],
    ["silent.md", 'silent.md:6: expected "3", printed nothing'],
    ["chatty.md", "chatty.md: printed more than the page says:\nb"],
    ["throws.md", "throws.md:6"],
    ["rejects.md", "nobody looks"],
  ] as const)("%s", async ([page, message]) => {
    await expect(run(page)).rejects.toThrow(message);
  });

  test("for code that leaves something open", async () => {
    await expect(run("open.md", 1000)).rejects.toThrow("open.md: still running after 1000 ms");
  });

  test("for a command that is not there", () => {
    const commands = "npm run nothing\nnpm test -- \\\n  packages/core/test/no.test.ts\nnpm install left-pad";
    const guide = parseGuide("docs/x.md", `\`\`\`sh\nnpm start # runs it\n${commands}\n\`\`\`\n`);
    expect(brokenCommands(guide)).toEqual([
      'docs/x.md:3: package.json has no script "nothing"',
      "docs/x.md:5: there is no packages/core/test/no.test.ts",
      "docs/x.md:6: no page uses the package left-pad",
    ]);
  });

  test("for a link that leads nowhere", () => {
    const page =
      "# One `two`\n\n[a](../LICENSE) [b](nothing.md) [c](../CONTRIBUTING.md#nowhere) [d](#one-two) [e](#three)\n";
    expect(brokenLinks("docs/README.md", page)).toEqual([
      "docs/README.md:3: there is no nothing.md",
      "docs/README.md:3: no heading makes #nowhere in ../CONTRIBUTING.md",
      "docs/README.md:3: no heading makes #three in this page",
    ]);
  });

  test("for a fence that is never closed, or indented", () => {
    expect(() => parseGuide("x.md", "text\n```ts\nlet a = 1;\n")).toThrow(
      "line 2: this fence is never closed",
    );
    expect(() => parseGuide("x.md", "- text\n  ```ts\n")).toThrow("line 2: a fence must start its line");
  });
});
