import { readFile, writeFile } from "node:fs/promises";
import type { Cases, Outcome } from "./outcome.ts";
import { inPackage } from "./paths.ts";
import { RUNNER_NAME } from "./runner.ts";
import type { Suite } from "./suites.ts";

/** The file that the support matrix is made of. */
const FILE = inPackage("results.json");

/** One suite of the file: every one of its cases passed. */
export interface SuiteResult {
  readonly name: string;
  readonly title: string;
  readonly mode: Suite["mode"];
  readonly cases: Cases;
}

export function formatResults(results: readonly (readonly [Suite, Outcome])[]): string {
  const suites = results.map(([{ name, title, mode }, { cases }]): SuiteResult => {
    return { name, title, mode, cases: sorted(cases) };
  });
  return `${JSON.stringify({ runner: RUNNER_NAME, suites }, null, 2)}\n`;
}

export function writeResults(text: string): Promise<void> {
  return writeFile(FILE, text);
}

/** True when the file in the tree says the same. */
export async function areResultsCurrent(text: string): Promise<boolean> {
  return (await readFile(FILE, "utf8").catch(() => "")) === text;
}

/** The runner starts its kinds of peers in any order. */
function sorted(cases: Cases): Cases {
  const byName = ([one]: [string, unknown], [other]: [string, unknown]): number => (one < other ? -1 : 1);
  const versions = Object.entries(cases).sort(byName);
  return Object.fromEntries(
    versions.map(([version, protocols]) => [
      version,
      Object.fromEntries(Object.entries(protocols).sort(byName)),
    ]),
  );
}
