import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { capture } from "./lib/capture.ts";
import { parseBlocks } from "./lib/markdown.ts";
import { root } from "./lib/workshop.ts";

/** Every command of the page that calls the example, and the answer that the page shows behind it. */
const blocks = parseBlocks(readFileSync(join(root, "docs/protocols.md"), "utf8"));
const calls = blocks.flatMap(({ language, lines, line }, index) =>
  language === "sh" ? [{ line, command: lines.join("\n"), answer: blocks[index + 1]?.lines.join("\n") }] : [],
);

let example: ChildProcess;
let url = "";
beforeAll(async () => {
  example = spawn(process.execPath, [join(root, "examples/node/dist/main.js"), "--port", "0"]);
  for await (const chunk of example.stdout ?? []) {
    url = /http:\/\/localhost:\d+/.exec(String(chunk))?.[0] ?? "";
    if (url !== "") break;
  }
});
afterAll(async () => {
  const closed = once(example, "close");
  example.kill();
  await closed;
});

test("the page has commands", () => {
  expect(calls.length).toBeGreaterThan(5);
});

test.each(calls)("docs/protocols.md:$line answers what the page says", async ({ command, answer }) => {
  const bin = join(root, "examples/user-service/node_modules/.bin");
  const env = { ...process.env, PATH: `${bin}:${process.env.PATH}` };
  const here = command.replaceAll("npx --yes @bufbuild/buf", "buf").replaceAll("http://localhost:8080", url);
  const { stdout, stderr } = await capture("sh", ["-c", here], { cwd: root, env });
  expect((stdout || stderr).trimEnd()).toBe(answer);
});
