import { sep } from "node:path";
import { watch } from "chokidar";

/** Editors and compilers write several files for one change. */
const QUIET_MS = 50;

/**
 * Calls back when files below a folder have changed and nothing has for a moment. node_modules and what is hidden are left
 * out.
 */
export async function watchFolder(
  folder: string,
  onChange: (path: string) => void,
): Promise<{ close(): Promise<void> }> {
  const ignored = (path: string): boolean =>
    path
      .slice(folder.length)
      .split(sep)
      .some((name) => name === "node_modules" || (name.startsWith(".") && name !== "."));
  const watcher = watch(folder, { ignored, ignoreInitial: true });
  let timer: NodeJS.Timeout | undefined;
  watcher.on("all", (_event, path) => {
    clearTimeout(timer);
    timer = setTimeout(() => onChange(path), QUIET_MS);
  });
  await new Promise<void>((resolve, reject) => {
    watcher.once("ready", resolve);
    watcher.once("error", reject);
  });
  return {
    async close() {
      clearTimeout(timer);
      await watcher.close();
    },
  };
}
