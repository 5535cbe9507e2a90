// Runs the steps of ci-steps.mjs one after another, all of them whatever fails, and counts.
import { mkdirSync, readFileSync, rmSync } from "node:fs";
import { relative } from "node:path";
import { steps } from "./ci-steps.mjs";
import { capture } from "./lib/run.mjs";
import { inRoot, root, workspaceEnv } from "./lib/workspace.mjs";

const stepTimeoutMs = 30 * 60_000;
const maxOutputLines = 150;
const maxLineLength = 400;
const maxFailures = 20;
const reports = inRoot(".reports");

rmSync(reports, { recursive: true, force: true });
mkdirSync(reports);
const total = { passed: 0, failed: 0 };
/** @type {string[]} what failed, by name */
const failures = [];
for (const step of steps) await run(step);
// Once more at the end: the tail of a log is what people are shown first.
for (const line of failures.slice(0, maxFailures)) console.log(line.slice(0, maxLineLength));
if (failures.length > maxFailures) console.log(`and ${failures.length - maxFailures} more`);
console.log(`${total.passed} passed, ${total.failed} failed`);
process.exitCode = total.failed === 0 ? 0 : 1;

/** @param {import("./ci-steps.mjs").Step} step */
async function run({ name, command, tests, fresh }) {
  const report = inRoot(".reports", `${name.replace(/\W+/g, "-")}.json`);
  const [program, ...args] = [...command, ...reporterOptions(tests, report)];
  const env = { ...(fresh ? process.env : workspaceEnv()), CI: "true", NO_COLOR: "1" };
  const begin = performance.now();
  const { code, output } = await capture(program, args, {
    cwd: root,
    env,
    timeoutMs: stepTimeoutMs,
  });
  const seconds = ((performance.now() - begin) / 1000).toFixed(1);
  const counts = tests && readReport(report);
  const ok = code === 0 && (!tests || (counts && counts.failed === 0));

  total[ok ? "passed" : "failed"]++;
  total.passed += counts?.passed ?? 0;
  total.failed += counts?.failed ?? 0;
  console.log(
    `${ok ? "ok    " : "FAILED"} ${name.padEnd(30)} ${seconds.padStart(6)} s${describe(tests, counts)}`,
  );
  if (ok) return;
  console.log(tail(output));
  failures.push(`${name}: exit code ${code}`, ...(counts?.failures ?? []).map((test) => `  ${test}`));
}

function reporterOptions(tests, report) {
  if (tests === "cases") return [`--report=${report}`];
  return tests ? ["--reporter=default", "--reporter=json", `--outputFile.json=${report}`] : [];
}

/** What vitest's report says; undefined when it wrote none. The conformance suites' have numbers alone. */
function readReport(report) {
  try {
    const { numPassedTests, numFailedTests, numPendingTests, numTodoTests, testResults } = JSON.parse(
      readFileSync(report, "utf8"),
    );
    return {
      passed: numPassedTests,
      failed: numFailedTests,
      skipped: numPendingTests + numTodoTests,
      failures: (testResults ?? []).flatMap(failuresOf),
    };
  } catch {
    return undefined;
  }
}

/** The tests of a file that failed, each with the first line of its error; or the file, where it could not be run. */
function failuresOf({ name, status, message, assertionResults }) {
  const file = relative(root, name);
  const tests = assertionResults
    .filter((test) => test.status === "failed")
    .map(({ fullName, failureMessages }) => `${file}: ${fullName}: ${firstLine(failureMessages[0])}`);
  return tests.length > 0 || status !== "failed" ? tests : [`${file}: ${firstLine(message)}`];
}

function firstLine(text = "") {
  return text.split("\n", 1)[0];
}

function describe(tests, counts) {
  if (!tests) return "";
  if (!counts) return "  no report of the tests";
  return `  ${counts.passed} tests passed, ${counts.failed} failed, ${counts.skipped} skipped`;
}

function tail(output) {
  const lines = output.trimEnd().split("\n");
  const left = lines.length - maxOutputLines;
  const shown = left > 0 ? [`[${left} lines left out]`, ...lines.slice(-maxOutputLines)] : lines;
  return shown.map((line) => `    | ${line.slice(0, maxLineLength)}`).join("\n");
}
