import { existsSync, statSync } from "node:fs";
import { basename, dirname, extname, isAbsolute, join, relative, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

/** Where a function's code lies, in the terms of the runtime client. */
export interface HandlerFile {
  readonly file: string;
  /** LAMBDA_TASK_ROOT, and the working directory of the function. */
  readonly taskRoot: string;
  /** _HANDLER: path below the task root, without the file's extension, then a dot and the name of the export. */
  readonly handler: string;
  readonly exportName: string;
  /** Environment that the runtime client needs beside those two to find the file. */
  readonly env: Readonly<Record<string, string>>;
  /** Arguments that Node needs for it. */
  readonly nodeArguments: readonly string[];
}

/** In the order in which the runtime client tries them; TypeScript, which it does not know, behind. */
const EXTENSIONS = [".js", ".mjs", ".cjs", ".ts", ".mts", ".cts"];

/**
 * Takes a path of a file ("dist/index.mjs": its export `handler`) or a handler as Lambda's settings name it
 * ("dist/index.main": the export `main` of dist/index.js, .mjs, .cjs, .ts, .mts or .cts).
 *
 * @param taskRoot the folder that is deployed; the file's own when undefined
 * @throws Error when there is no such file, or when Lambda would not find it under its name
 */
export function resolveHandler(handler: string, taskRoot?: string): HandlerFile {
  const path = resolve(taskRoot ?? ".", handler);
  const isFile = EXTENSIONS.includes(extname(path)) && statSync(path, { throwIfNoEntry: false })?.isFile();
  const { file, exportName } = isFile ? { file: path, exportName: "handler" } : findModule(path, handler);
  const root = taskRoot === undefined ? dirname(file) : resolve(taskRoot);
  const name = basename(file, extname(file));
  const below = relative(root, join(dirname(file), name));
  if (name.includes(".")) {
    throw new Error(
      `Lambda reads a handler's file name up to its first dot, and would not find ${basename(file)}: rename it.`,
    );
  }
  if (below.startsWith("..") || isAbsolute(below)) {
    throw new Error(`The handler ${file} lies outside its task root, ${root}.`);
  }
  if (/\.[mc]?ts$/.test(file)) return { file, taskRoot: root, exportName, ...viaLoader(file, exportName) };
  return { file, taskRoot: root, exportName, handler: `${below}.${exportName}`, env: {}, nodeArguments: [] };
}

function findModule(path: string, handler: string): { file: string; exportName: string } {
  const [name = "", ...exports] = basename(path).split(".");
  const module = join(dirname(path), name);
  const file = EXTENSIONS.map((extension) => module + extension).find((candidate) => existsSync(candidate));
  if (file === undefined || exports.length === 0) {
    throw new Error(
      `There is no handler "${handler}": neither is ${path} a file with JavaScript or TypeScript, nor is there a file ` +
        `${module} with one of the extensions ${EXTENSIONS.join(", ")} and an export named behind the dot.`,
    );
  }
  return { file, exportName: exports.join(".") };
}

/** The runtime client finds no TypeScript; it finds our module that imports it, and Node strips the types. */
function viaLoader(file: string, exportName: string): Omit<HandlerFile, "file" | "taskRoot" | "exportName"> {
  const loader = fileURLToPath(new URL("typescript-handler", import.meta.url));
  return {
    handler: `${loader}.${exportName}`,
    env: { RAILHEAD_HANDLER_URL: pathToFileURL(file).href },
    // From Node 22.18 on types are stripped without being asked.
    nodeArguments: process.features.typescript === false ? ["--experimental-strip-types"] : [],
  };
}
