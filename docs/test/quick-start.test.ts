import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { capture } from "./lib/capture.ts";
import { parseGuide } from "./lib/guide.ts";
import { parseBlocks } from "./lib/markdown.ts";
import { root } from "./lib/workshop.ts";

/** What the README tells a newcomer to type, against the example that `npm start` runs. */
const readme = readFileSync(join(root, "README.md"), "utf8");
const calls = parseGuide("README.md", readme).commands.filter(({ text }) => text.includes("localhost:8080"));

test("the README's two calls are those the example prints, and the first answers what the README says", async () => {
  const example = spawn(process.execPath, [join(root, "examples/node/dist/main.js"), "--port", "0"]);
  try {
    const printed = await readUntil(example.stdout, "stops it");
    const url = /http:\/\/localhost:\d+/.exec(printed)?.[0] ?? "";
    const normal = (text: string): string =>
      text.replaceAll(/(\s|\\\n)+/g, " ").replaceAll(url, "http://localhost:8080");
    expect(calls).toHaveLength(2);
    for (const { text } of calls) expect(normal(printed)).toContain(normal(text));

    const bin = join(root, "examples/user-service/node_modules/.bin");
    const command = calls[0]?.text
      .replace("npx --yes @bufbuild/buf", "buf")
      .replace("http://localhost:8080", url);
    const env = { ...process.env, PATH: `${bin}:${process.env.PATH}` };
    const { stdout, stderr } = await capture("sh", ["-c", command ?? ""], { cwd: root, env });
    const [answer] = parseBlocks(readme).filter(({ language }) => language === "json");
    expect(stdout || stderr).toBe(`${answer?.lines.join("\n")}\n`);
  } finally {
    example.kill();
    await once(example, "close");
  }
});

async function readUntil(stream: NodeJS.ReadableStream, mark: string): Promise<string> {
  let text = "";
  for await (const chunk of stream) {
    text += chunk;
    if (text.includes(mark)) return text;
  }
  throw new Error(`ended without "${mark}":\n${text}`);
}
