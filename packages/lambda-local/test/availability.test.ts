import { execFile } from "node:child_process";
import { cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterEach, describe, expect, test } from "vitest";

const run = promisify(execFile);
const here = fileURLToPath(new URL("../", import.meta.url));

describe("without the runtime client", () => {
  const folders: string[] = [];
  afterEach(async () => {
    for (const folder of folders.splice(0)) await rm(folder, { recursive: true, force: true });
  });

  /** The package as a user has it who could not compile the client. */
  async function install(files: Readonly<Record<string, string>>): Promise<string> {
    const folder = await mkdtemp(join(tmpdir(), "railhead-install-"));
    folders.push(folder);
    const modules = join(folder, "node_modules");
    await mkdir(join(modules, "@railhead/lambda-local"), { recursive: true });
    for (const part of ["dist", "package.json"]) {
      await cp(join(here, part), join(modules, "@railhead/lambda-local", part), { recursive: true });
    }
    await symlink(join(here, "node_modules/chokidar"), join(modules, "chokidar"));
    for (const [file, text] of Object.entries(files)) {
      await mkdir(join(modules, file, ".."), { recursive: true });
      await writeFile(join(modules, file), text);
    }
    return folder;
  }

  async function tell(folder: string, platform?: string): Promise<{ available: string; started: string }> {
    const code = `
      ${platform === undefined ? "" : `Object.defineProperty(process, "platform", { value: "${platform}" });`}
      const { runtimeAvailability, startLambda } = await import("@railhead/lambda-local");
      const started = await startLambda({ handler: "any.mjs" }).catch(({ message }) => message);
      console.log(JSON.stringify({ available: runtimeAvailability().reason, started }));`;
    await writeFile(join(folder, "main.mjs"), code);
    const { stdout } = await run(process.execPath, [join(folder, "main.mjs")], { cwd: folder, env: {} });
    return JSON.parse(stdout);
  }

  test("not installed: says what to install", async () => {
    const { available, started } = await tell(await install({}));
    expect(available).toMatch(
      /^AWS's runtime client \(aws-lambda-ric\) is not installed\. It is compiled when it is installed: .*apt-get install cmake/,
    );
    expect(started).toBe(available);
  });

  test("not compiled: says so", async () => {
    const client = {
      "aws-lambda-ric/package.json": '{ "main": "index.mjs" }',
      "aws-lambda-ric/index.mjs": "",
    };
    const { available, started } = await tell(await install(client));
    expect(available).toMatch(
      /^AWS's runtime client \(aws-lambda-ric\) is installed without its native part\. /,
    );
    expect(started).toBe(available);
  });

  test("not on Linux: says where it runs", async () => {
    const { available, started } = await tell(await install({}), "darwin");
    expect(available).toBe(
      "AWS's runtime client (aws-lambda-ric) runs on Linux only, and this is darwin. Use a container, a virtual machine or WSL.",
    );
    expect(started).toBe(available);
  });

  test("it is optional: an installation goes on without it", async () => {
    const { dependencies, optionalDependencies } = JSON.parse(
      await readFile(join(here, "package.json"), "utf8"),
    );
    expect(dependencies).not.toHaveProperty("aws-lambda-ric");
    expect(optionalDependencies).toHaveProperty("aws-lambda-ric");
  });
});
