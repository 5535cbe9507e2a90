import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import { invoke } from "./support/client.ts";
import { describeWithRuntime, start } from "./support/runtime.ts";

describeWithRuntime("watching", () => {
  const folders: string[] = [];
  afterEach(async () => {
    for (const folder of folders.splice(0)) await rm(folder, { recursive: true, force: true });
  });
  const project = async (version: string): Promise<string> => {
    const folder = await mkdtemp(join(tmpdir(), "railhead-watch-"));
    folders.push(folder);
    await mkdir(join(folder, "node_modules"));
    await writeFile(join(folder, "index.mjs"), code(version));
    return folder;
  };
  const code = (version: string): string =>
    `export const handler = async ({ milliseconds = 0 }) => {
      console.log("waiting");
      await new Promise((resolve) => setTimeout(resolve, milliseconds));
      return ${version};
    };`;

  test("a change takes effect, and what is under way ends as it began", async () => {
    const folder = await project("1");
    await using lambda = await start("", { handler: join(folder, "index.mjs"), watch: true });
    const slow = invoke(lambda, { milliseconds: 1500 });
    await lambda.logged(/waiting/);
    await writeFile(join(folder, "index.mjs"), code("2"));
    await lambda.logged(/^index\.mjs has changed: starting anew$/);
    expect((await invoke(lambda, {})).result).toBe(2);
    expect((await slow).result).toBe(1);
    expect((await invoke(lambda, {})).result).toBe(2);
  });

  test("a broken change is told, and the next one mends it", async () => {
    const folder = await project("1");
    await using lambda = await start("", { handler: join(folder, "index.mjs"), watch: true });
    await writeFile(join(folder, "index.mjs"), "syntax error");
    await lambda.logged(/index\.mjs cannot be loaded: .*SyntaxError/);
    expect((await invoke(lambda, {})).result).toMatchObject({ errorType: "Runtime.UserCodeSyntaxError" });
    await writeFile(join(folder, "index.mjs"), code("3"));
    await expect.poll(async () => (await invoke(lambda, {})).result, { timeout: 10_000 }).toBe(3);
  });

  test("a function may be broken from the start", async () => {
    const folder = await project(")");
    await using lambda = await start("", { handler: join(folder, "index.mjs"), watch: true });
    await lambda.logged(/cannot be loaded/);
    await writeFile(join(folder, "index.mjs"), code("4"));
    await expect.poll(async () => (await invoke(lambda, {})).result, { timeout: 10_000 }).toBe(4);
  });

  test("a change upon a change is no failure", async () => {
    const folder = await project("1");
    const file = join(folder, "index.mjs");
    await using lambda = await start("", { handler: file, watch: true });
    const slowToLoad = (version: string): string =>
      `await new Promise((resolve) => setTimeout(resolve, 1000));\n${code(version)}`;
    const changes = (): number => lambda.lines.filter((line) => line.includes("has changed")).length;
    await writeFile(file, slowToLoad("2"));
    await expect.poll(changes, { timeout: 5000 }).toBe(1);
    await writeFile(file, slowToLoad("3"));
    await expect.poll(changes, { timeout: 5000 }).toBe(2);
    expect((await invoke(lambda, {})).result).toBe(3);
    expect(lambda.lines.filter((line) => line.includes("cannot be loaded"))).toEqual([]);
  });

  test("a build that makes the folder anew is a change, and so is the next one", async () => {
    const folder = join(await project("1"), "build", "dist");
    const file = join(folder, "index.mjs");
    const build = async (version: string): Promise<void> => {
      await mkdir(folder, { recursive: true });
      await writeFile(file, code(version));
    };
    await build("1");
    await using lambda = await start("", { handler: file, watch: true });
    const isServed = (version: number) =>
      expect.poll(async () => (await invoke(lambda, {})).result, { timeout: 5000 }).toBe(version);
    for (const removed of [folder, join(folder, "..")]) {
      await rm(removed, { recursive: true });
      // Compilers take their time.
      await new Promise((resolve) => setTimeout(resolve, 300));
      await build("2");
      await isServed(2);
      await build("3");
      await isServed(3);
    }
    expect(lambda.lines.filter((line) => line.includes("cannot be loaded"))).toEqual([]);
  }, 30_000);

  test("node_modules, hidden files and logs are nobody's business", async () => {
    const folder = await project("1");
    await using lambda = await start("", { handler: join(folder, "index.mjs"), watch: true });
    // What changes last is named.
    await writeFile(join(folder, "seen.txt"), "");
    await writeFile(join(folder, "node_modules/a.mjs"), "");
    await writeFile(join(folder, ".hidden"), "");
    await writeFile(join(folder, "function.log"), "");
    await lambda.logged(/seen\.txt has changed/);
    expect(lambda.lines.filter((line) => line.includes("has changed"))).toHaveLength(1);
  });
});
