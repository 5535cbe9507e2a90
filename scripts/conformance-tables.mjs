// `npm run conformance:tables`: writes the results of the conformance suite into the README and its guide. `--check`
// compares instead of writing.
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { casesTable, exclusionsTable } from "./lib/conformance-table.mjs";
import { withTable } from "./lib/contract-table.mjs";
import { inRoot, readJson } from "./lib/workspace.mjs";

const folder = "conformance/config";
const configs = Object.fromEntries(
  readdirSync(inRoot(folder))
    .sort()
    .map((name) => [name, readFileSync(inRoot(folder, name), "utf8")]),
);
const cases = casesTable(readJson("conformance/results.json"));
const pages = {
  "README.md": { conformance: cases },
  "docs/conformance.md": { conformance: cases, exclusions: exclusionsTable(configs) },
};

const check = process.argv.includes("--check");
for (const [page, tables] of Object.entries(pages)) {
  const before = readFileSync(inRoot(page), "utf8");
  const after = Object.entries(tables).reduce((text, [name, table]) => withTable(text, name, table), before);
  if (after === before) continue;
  if (!check) writeFileSync(inRoot(page), after);
  else process.exitCode = 1;
  console.log(check ? `${page}: a table is stale, run npm run conformance:tables` : `${page}: written`);
}
