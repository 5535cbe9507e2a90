import { capture } from "./capture.ts";
import type { GuideModule } from "./guide.ts";
import { folderOf } from "./workshop.ts";

/** A page's code that still runs after so long has left a server or a timer open. */
const PATIENCE_MS = 15_000;

/** Runs a module as its reader would, in a process of its own. @throws Error saying what it should have printed */
export async function runModule(
  out: string,
  page: string,
  module: GuideModule,
  timeoutMs: number = PATIENCE_MS,
): Promise<void> {
  const cwd = folderOf(out, page);
  const env = { PATH: process.env.PATH, HOME: process.env.HOME, NO_COLOR: "1" };
  const result = await capture(process.execPath, [module.file], { cwd, env, timeoutMs });
  const printed = result.stdout.split("\n").slice(0, -1);
  if (result.isLate)
    throw new Error(
      `${page}: still running after ${timeoutMs} ms; printed:\n${result.stdout}${result.stderr}`,
    );
  if (result.code !== 0) {
    throw new Error(`${page}: exit code ${result.code}\n${namePage(result.stderr, out)}\n${result.stdout}`);
  }
  compare(page, module, printed, result.stderr);
}

function compare(page: string, module: GuideModule, printed: readonly string[], stderr: string): void {
  for (const [index, { text, line }] of module.expected.entries()) {
    if (printed[index] === text) continue;
    const found = printed[index] === undefined ? "nothing" : JSON.stringify(printed[index]);
    const all = `All of it:\n${printed.join("\n")}\n${stderr}`;
    throw new Error(`${page}:${line}: expected ${JSON.stringify(text)}, printed ${found}. ${all}`);
  }
  const more = printed.slice(module.expected.length);
  if (more.length > 0) throw new Error(`${page}: printed more than the page says:\n${more.join("\n")}`);
}

/** Stack traces with the page in place of the file that was made of it. */
function namePage(trace: string, out: string): string {
  return trace.replaceAll(`file://${out}/`, "").replaceAll(/(\.md)\/[\w.-]+\.ts:/g, "$1:");
}
