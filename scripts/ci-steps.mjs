// What .ci/run does, in this order. Each step is a name and a command line, run with the workspace's own commands and
// Node first in PATH, those with `fresh: true` excepted: they start from what a fresh clone has. A step with
// `tests: true` runs vitest, and its tests count one by one; one with `tests: "cases"` takes `--report=<file>` and writes the
// numbers there in vitest's words.
import { otherNode } from "./lib/workspace.mjs";

/** @typedef {{ name: string, command: string[], tests?: true | "cases", fresh?: true }} Step */

const suiteOn = (major) => [
  otherNode(major),
  "node_modules/vitest/vitest.mjs",
  "run",
  "--project",
  "adapter-node",
];

/** @type {Step[]} */
export const steps = [
  { name: "AWS's runtime client", command: ["bash", ".ci/runtime-client"], fresh: true },
  { name: "tests", command: ["npm", "test", "--"], tests: true, fresh: true },
  { name: "adapter-node on Node 22", command: suiteOn("22"), tests: true },
  { name: "adapter-node on Node 26", command: suiteOn("26"), tests: true },
  { name: "grpc-web in Chromium", command: ["bash", ".ci/browser-tests"], tests: true },
  {
    name: "conformance suite",
    command: ["bash", ".ci/conformance", "--check"],
    tests: "cases",
    fresh: true,
  },
  { name: "h2spec", command: ["bash", ".ci/conformance", "h2spec"], tests: "cases", fresh: true },
  { name: "format, lint, layers", command: ["biome", "ci", "--colors=off"] },
  { name: "types", command: ["node", "scripts/check-types.mjs"] },
  { name: "generated code", command: ["node", "scripts/generate.mjs", "--check"] },
  { name: "packages as published", command: ["node", "scripts/check-packages.mjs"] },
  { name: "unused files and dependencies", command: ["knip", "--no-progress"] },
  // The report is the first step's.
  { name: "tables of the guides", command: ["node", "scripts/tables.mjs", "--check", ".reports/tests.json"] },
  { name: "conformance's tables", command: ["node", "scripts/conformance-tables.mjs", "--check"] },
  { name: "bundle sizes", command: ["node", "bench/src/sizes.ts", "--check"] },
  { name: "allocations per call", command: ["node", "bench/src/allocations/main.ts", "--check"] },
  { name: "speed, in short", command: ["node", "bench/src/main.ts", "short", "--check"] },
  { name: "no registry addresses", command: ["node", "scripts/check-addresses.mjs"] },
];
