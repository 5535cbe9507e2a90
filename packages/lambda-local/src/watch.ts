import { sep } from "node:path";
import { watch } from "chokidar";

/** Editors and compilers write several files for one change. */
const QUIET_MS = 50;

/** What a watcher tells. */
export interface WatchListener {
  /** Files have changed, this one last, and nothing has for a moment. */
  onChange(path: string): void;
  /** Some changes may go unseen: there are too many files, for instance. */
  onError(error: unknown): void;
}

/**
 * Watches all files below a folder but node_modules, what is hidden, and logs: ours may be one of them, and would grow by
 * a line for every change that it is.
 */
export async function watchFolder(
  folder: string,
  { onChange, onError }: WatchListener,
): Promise<{ close(): Promise<void> }> {
  const ignored = (path: string): boolean =>
    path
      .slice(folder.length)
      .split(sep)
      .some((name) => name === "node_modules" || /^\.[^.]|\.log$/.test(name));
  const watcher = watch(folder, { ignored, ignoreInitial: true });
  let timer: NodeJS.Timeout | undefined;
  watcher.on("all", (_event, path) => {
    clearTimeout(timer);
    timer = setTimeout(() => onChange(path), QUIET_MS);
  });
  watcher.on("error", onError);
  await new Promise<void>((resolve) => {
    watcher.once("ready", resolve);
  });
  return {
    async close() {
      clearTimeout(timer);
      await watcher.close();
    },
  };
}
