import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { capture } from "./capture.ts";
import { writeCertificates } from "./certificates.ts";
import type { Guide } from "./guide.ts";

export const root: string = fileURLToPath(new URL("../../../", import.meta.url));

/** What the pages may import, and where this workspace has it. Test files have vitest from the root besides. */
const PACKAGES: Readonly<Record<string, string>> = {
  "@aws-sdk/client-lambda": "packages/lambda-local/node_modules/@aws-sdk/client-lambda",
  "@bufbuild/protobuf": "packages/core/node_modules/@bufbuild/protobuf",
  "@connectrpc/connect": "packages/adapter-node/node_modules/@connectrpc/connect",
  "@connectrpc/connect-node": "packages/adapter-node/node_modules/@connectrpc/connect-node",
  "@connectrpc/connect-web": "packages/adapter-node/node_modules/@connectrpc/connect-web",
  "@grpc/grpc-js": "packages/adapter-node/node_modules/@grpc/grpc-js",
  "@railhead/adapter-hono": "packages/adapter-hono",
  "@railhead/adapter-lambda": "packages/adapter-lambda",
  "@railhead/adapter-node": "packages/adapter-node",
  "@railhead/adapter-workers": "packages/adapter-workers",
  "@railhead/core": "packages/core",
  "@railhead/lambda-local": "packages/lambda-local",
  "@types/express": "packages/adapter-node/node_modules/@types/express",
  express: "packages/adapter-node/node_modules/express",
  hono: "packages/adapter-hono/node_modules/hono",
  fastify: "packages/adapter-node/node_modules/fastify",
};

export const installable: readonly string[] = Object.keys(PACKAGES);

/** Where the code of a page lies: the page's own path below the folder, so that errors name the page. */
export function folderOf(out: string, page: string): string {
  return join(out, page);
}

/**
 * Writes what the pages tell their readers to write, with the packages they tell them to install, into a folder of its
 * own. Returns the folder; `clearAway` it.
 */
export async function layOut(guides: readonly Guide[]): Promise<string> {
  const all = join(root, "docs/.generated");
  await mkdir(all, { recursive: true });
  const out = await mkdtemp(join(all, "pages-"));
  for (const [name, place] of Object.entries(PACKAGES)) await link(join(out, "node_modules", name), place);
  await Promise.all(guides.map((guide) => layOutGuide(folderOf(out, guide.page), guide)));
  const files = guides.flatMap(({ page, modules }) => modules.map(({ file }) => join(page, file)));
  const settings = { extends: relative(out, join(root, "tsconfig.test.json")), files, include: [] };
  await writeFile(join(out, "tsconfig.json"), JSON.stringify(settings, null, 2));
  return out;
}

export async function clearAway(out: string): Promise<void> {
  await rm(out, { recursive: true, force: true });
}

async function layOutGuide(folder: string, { modules, files }: Guide): Promise<void> {
  await mkdir(folder, { recursive: true });
  for (const { file, source } of modules) await writeFile(join(folder, file), source);
  if (modules.some(({ source }) => source.includes('"certs/')))
    await writeCertificates(join(folder, "certs"));
  for (const { file, text } of files) {
    await mkdir(dirname(join(folder, file)), { recursive: true });
    await writeFile(join(folder, file), text);
  }
  if (files.some(({ file }) => file === "buf.gen.yaml")) await generate(folder);
  // As `buf generate` makes it by the guide: JavaScript and declarations.
  else await link(join(folder, "gen"), "examples/user-service/dist/gen");
}

/** Runs `buf generate`, with the plug-in this workspace has. */
async function generate(folder: string): Promise<void> {
  const bin = join(root, "examples/user-service/node_modules/.bin");
  const env = { ...process.env, PATH: `${bin}:${process.env.PATH}` };
  const { code, stdout, stderr } = await capture("buf", ["generate"], { cwd: folder, env });
  if (code !== 0) throw new Error(`buf generate failed in ${folder}:\n${stdout}${stderr}`);
}

async function link(path: string, place: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await symlink(join(root, place), path, "dir");
}
