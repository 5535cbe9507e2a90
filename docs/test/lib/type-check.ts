import { join } from "node:path";
import { capture } from "./capture.ts";
import { root } from "./workshop.ts";

/** Type-checks everything in a folder that `layOut` made. Returns the errors, each under the page it is in. */
export async function typeCheck(out: string): Promise<string[]> {
  const tsc = join(root, "node_modules/typescript/bin/tsc");
  const args = [tsc, "-p", join(out, "tsconfig.json"), "--pretty", "false"];
  const { code, stdout, stderr } = await capture(process.execPath, args, { cwd: out, env: process.env });
  const errors = stdout.split("\n").filter((line) => line.trim() !== "");
  if (code !== 0 && errors.length === 0) throw new Error(`tsc ended with ${code}:\n${stderr}`);
  return errors.map((line) => line.replace(/^(.+\.md)\/[^/(]+\((\d+),(\d+)\)/, "$1:$2:$3"));
}
