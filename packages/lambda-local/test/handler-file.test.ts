import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { invoke } from "./support/client.ts";
import { describeWithRuntime, handlerPath, start } from "./support/runtime.ts";

describeWithRuntime("handlers", async () => {
  const root = await mkdtemp(join(tmpdir(), "railhead-handlers-"));
  afterAll(() => rm(root, { recursive: true, force: true }));
  const write = async (file: string, text: string): Promise<void> => {
    await mkdir(join(root, file, ".."), { recursive: true });
    await writeFile(join(root, file), text);
  };
  await write(
    "module.mjs",
    'export const handler = async () => "handler"; export const api = { main: async () => "main" };',
  );
  await write("common.cjs", 'exports.handler = async () => "common " + __filename.split("/").at(-1);');
  await write("deep/er/package.json", '{ "type": "module" }');
  await write(
    "deep/er/index.js",
    'export const handler = async () => process.cwd() + " " + process.env._HANDLER;',
  );
  await write("two.dots.mjs", "export const handler = async () => 1;");
  const result = async (handler: string, taskRoot?: string): Promise<unknown> => {
    await using lambda = await start("", { handler, taskRoot });
    return (await invoke(lambda, { name: "you" })).result;
  };

  test.for([
    ["module.mjs", "handler"],
    ["module.handler", "handler"],
    ["module.api.main", "main"],
    ["common.cjs", "common common.cjs"],
    ["common.handler", "common common.cjs"],
  ])("%s", async ([handler = "", wanted]) => {
    expect(await result(join(root, handler))).toBe(wanted);
    expect(await result(handler, root)).toBe(wanted);
  });

  test("run in the task root", async () => {
    expect(await result(join(root, "deep/er/index.js"))).toBe(`${root}/deep/er index.handler`);
    expect(await result("deep/er/index.handler", root)).toBe(`${root} deep/er/index.handler`);
  });

  test("in TypeScript, whose types Node strips", async () => {
    expect(await result(handlerPath("typed.ts"))).toBe("hello you");
    expect(await result(handlerPath("typed.main"))).toBe("main you");
  });

  test.for([
    ["two.dots.mjs", undefined, "would not find two.dots.mjs: rename it"],
    ["nothing.mjs", undefined, "There is no handler"],
    ["module", undefined, "There is no handler"],
    ["deep", undefined, "There is no handler"],
    [`../../${"module.mjs"}`, "deep/er", "lies outside its task root"],
  ] as const)("%s is refused", async ([handler, taskRoot, message]) => {
    const options =
      taskRoot === undefined ? { handler: join(root, handler) } : { handler, taskRoot: join(root, taskRoot) };
    await expect(start("", options)).rejects.toThrow(message);
  });
});
