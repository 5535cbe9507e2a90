// `npm run tables`: runs the contract suite on every platform and writes its results into the tables of the guides.
// `--check` compares instead of writing; a report of vitest's as argument spares the run.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { contractResults, contractTable, withTable } from "./lib/contract-table.mjs";
import { mustSucceed } from "./lib/run.mjs";
import { build, ensureInstalled, inRoot, root, workspaceEnv, workspaceNode } from "./lib/workspace.mjs";

/** The guides with a table, and the contract suites that are its columns. */
const pages = {
  "README.md": [
    { title: "Node, HTTP/2", suite: "serve(), h2c" },
    { title: "Node, HTTP/1.1", suite: "serve(), HTTP/1.1" },
    { title: "Workers", suite: "createWorker() in workerd" },
    { title: "Hono on Node", suite: "railhead(), on Node through @hono/node-server" },
    { title: "Lambda, Function URL", suite: "createLambdaHandler(), Function URL" },
    { title: "Lambda, HTTP API", suite: "createLambdaHandler(), HTTP API" },
  ],
  "docs/node.md": [
    { title: "`serve`, HTTP/2", suite: "serve(), h2c" },
    { title: "`serve`, HTTP/1.1", suite: "serve(), HTTP/1.1" },
    { title: "listener on `node:http2`", suite: "createRequestListener() on node:http2" },
    { title: "listener on `node:http`", suite: "createRequestListener() on node:http" },
  ],
  "docs/workers.md": [
    { title: "workerd", suite: "createWorker() in workerd" },
    { title: "`wrangler dev`", suite: "createWorker() in wrangler dev" },
    { title: "Hono in workerd", suite: "railhead(), in workerd" },
    { title: "Hono on Node", suite: "railhead(), on Node through @hono/node-server" },
  ],
  "docs/lambda.md": [
    { title: "Function URL", suite: "createLambdaHandler(), Function URL" },
    { title: "REST API, streaming", suite: "createLambdaHandler(), REST API that streams" },
    { title: "direct invocation", suite: "createLambdaHandler(), createLambdaFetch()" },
    { title: "REST API", suite: "createLambdaHandler(), REST API" },
    { title: "HTTP API", suite: "createLambdaHandler(), HTTP API" },
    { title: "load balancer", suite: "createLambdaHandler(), Application Load Balancer" },
  ],
};

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { check: { type: "boolean", default: false } },
});
const results = contractResults(JSON.parse(readFileSync(positionals[0] ?? (await runContract()), "utf8")));
const stale = Object.entries(pages).filter(([page, columns]) => {
  const before = readFileSync(inRoot(page), "utf8");
  const after = withTable(before, "contract", contractTable(results, columns));
  if (!values.check) writeFileSync(inRoot(page), after);
  return after !== before;
});
for (const [page] of stale)
  console.log(values.check ? `${page}: the table is stale, run npm run tables` : `${page}: written`);
if (values.check && stale.length > 0) process.exitCode = 1;

async function runContract() {
  await ensureInstalled();
  await build();
  mkdirSync(inRoot(".reports"), { recursive: true });
  const report = inRoot(".reports", "contract.json");
  const vitest = inRoot("node_modules/vitest/vitest.mjs");
  const args = [vitest, "run", "/contract/", "--reporter=json", `--outputFile=${report}`];
  await mustSucceed("The contract suite", workspaceNode, args, { cwd: root, env: workspaceEnv() });
  return report;
}
