/**
 * `npm run conformance [-- options] [suites]`: runs the official conformance suite against every adapter, or against the
 * named ones, and writes results.json when all of it has passed.
 *
 *   --run <pattern>   only cases of this name, as the runner prints it, with * and ** for parts of it; writes no results
 *   --check           fails when results.json does not say what came out, instead of writing it
 *   --report <file>   writes how many cases passed and failed, as vitest's JSON does
 */
import { writeFile } from "node:fs/promises";
import { availableParallelism } from "node:os";
import { parseArgs } from "node:util";
import { runJob } from "./run/job.ts";
import { addOutcomes, type Outcome } from "./run/outcome.ts";
import { areResultsCurrent, formatResults, writeResults } from "./run/results.ts";
import { installRunner } from "./run/runner.ts";
import { jobsOf, SUITES, type Suite } from "./run/suites.ts";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    run: { type: "string", multiple: true, default: [] },
    check: { type: "boolean", default: false },
    report: { type: "string" },
  },
});

// What was started ends with this process: see runner.ts.
for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => process.exit(1));

const suites = chosenSuites(positionals);
await installRunner();
const results = await runAll(suites);
for (const [{ title }, { passed, failed }] of results) {
  console.log(`${title}: ${passed} cases passed, ${failed} failed`);
}
const total = addOutcomes(results.map(([, outcome]) => outcome));
console.log(`${total.passed} cases passed, ${total.failed} failed`);
if (values.report !== undefined) await writeFile(values.report, JSON.stringify(reportOf(total)));
if (total.failed > 0 || total.passed === 0) process.exitCode = 1;
else if (suites.length === SUITES.length && values.run.length === 0) await keep(formatResults(results));

function reportOf({ passed, failed }: Outcome): Record<string, number> {
  return { numPassedTests: passed, numFailedTests: failed, numPendingTests: 0, numTodoTests: 0 };
}

function chosenSuites(names: readonly string[]): readonly Suite[] {
  for (const name of names) {
    if (!SUITES.some((suite) => suite.name === name)) {
      throw new Error(`no suite "${name}": there are ${SUITES.map((suite) => suite.name).join(", ")}`);
    }
  }
  return names.length === 0 ? SUITES : SUITES.filter(({ name }) => names.includes(name));
}

/** The runner keeps one processor busy with comparing, so there is one for each. */
async function runAll(chosen: readonly Suite[]): Promise<(readonly [Suite, Outcome])[]> {
  const jobs = chosen.flatMap((suite) => jobsOf(suite, values.run));
  const outcomes: (readonly [Suite, Outcome])[] = [];
  const work = async (): Promise<void> => {
    for (let job = jobs.shift(); job !== undefined; job = jobs.shift()) {
      outcomes.push([job.suite, await runJob(job)]);
    }
  };
  await Promise.all(Array.from({ length: availableParallelism() }, work));
  return chosen.map((suite) => [
    suite,
    addOutcomes(outcomes.flatMap(([of, one]) => (of === suite ? [one] : []))),
  ]);
}

async function keep(text: string): Promise<void> {
  if (!values.check) await writeResults(text);
  else if (!(await areResultsCurrent(text))) {
    console.error("conformance/results.json says something else: run `npm run conformance` and commit it");
    process.exitCode = 1;
  }
}
