import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../../", import.meta.url));

/** A path inside conformance/. */
export function inPackage(...parts: string[]): string {
  return join(root, ...parts);
}
