import { statSync } from "node:fs";
import { sep } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { type FSWatcher, watch } from "chokidar";

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
 * a line for every change that it is. A build may remove the folder: the change is told once it is there again.
 */
export async function watchFolder(
  folder: string,
  listener: WatchListener,
): Promise<{ close(): Promise<void> }> {
  const watcher = new FolderWatcher(folder, listener);
  await watcher.open();
  return watcher;
}

class FolderWatcher {
  readonly #folder: string;
  readonly #listener: WatchListener;
  #watcher: FSWatcher | undefined;
  /** Which folder is watched: one that is removed is lost to its watcher, also when it comes back. */
  #identity: string | undefined;
  #reopened: Promise<void> = Promise.resolve();
  #timer: NodeJS.Timeout | undefined;
  #isClosed = false;

  constructor(folder: string, listener: WatchListener) {
    this.#folder = folder;
    this.#listener = listener;
  }

  async open(): Promise<void> {
    this.#identity = identityOf(this.#folder);
    const watcher = watch(this.#folder, { ignored: (path) => this.#isIgnored(path), ignoreInitial: true });
    this.#watcher = watcher;
    watcher.on("all", (_event, path) => this.#wait(path));
    watcher.on("error", (error) => this.#listener.onError(error));
    await new Promise<void>((resolve) => {
      watcher.once("ready", resolve);
    });
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    clearTimeout(this.#timer);
    await this.#reopened;
    await this.#watcher?.close();
  }

  #wait(path: string): void {
    clearTimeout(this.#timer);
    if (!this.#isClosed) this.#timer = setTimeout(() => this.#tell(path), QUIET_MS);
  }

  #tell(path: string): void {
    if (identityOf(this.#folder) === this.#identity) this.#listener.onChange(path);
    else this.#reopened = this.#reopen();
  }

  async #reopen(): Promise<void> {
    await this.#watcher?.close();
    while (identityOf(this.#folder) === undefined) {
      if (this.#isClosed) return;
      await sleep(QUIET_MS);
    }
    await this.open();
    this.#wait(this.#folder);
  }

  #isIgnored(path: string): boolean {
    return path
      .slice(this.#folder.length)
      .split(sep)
      .some((name) => name === "node_modules" || /^\.[^.]|\.log$/.test(name));
  }
}

/** Undefined: there is none. A number of a file alone may be given out again. */
function identityOf(folder: string): string | undefined {
  const stats = statSync(folder, { bigint: true, throwIfNoEntry: false });
  return stats && `${stats.ino} ${stats.birthtimeNs}`;
}
