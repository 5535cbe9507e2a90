/**
 * `npm run conformance [-- options] [suites]`: runs the official conformance suite against every adapter, or against the
 * named ones, and writes results.json when all of it has passed. `npm run conformance -- h2spec` runs h2spec instead.
 *
 *   --run <pattern>   only cases of this name, as the runner prints it, with * and ** for parts of it; writes no results
 *   --check           fails when results.json does not say what came out, instead of writing it
 *   --report <file>   writes how many cases passed and failed, as vitest's JSON does
 */
import { writeFile } from "node:fs/promises";
import { availableParallelism } from "node:os";
import { parseArgs } from "node:util";
import { type Counts, runH2spec } from "./h2spec/run.ts";
import { runJob } from "./run/job.ts";
import { addOutcomes, type Outcome } from "./run/outcome.ts";
import { areResultsCurrent, formatResults, writeResults } from "./run/results.ts";
import { installRunner } from "./run/runner.ts";
import { jobsOf, SUITES, type Suite } from "./run/suites.ts";

const H2SPEC = "h2spec";

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

const total = positionals.includes(H2SPEC) ? await runHttp2() : await runSuites();
console.log(
  `${total.passed} cases passed, ${total.failed} failed${total.excepted > 0 ? `, ${total.excepted} excepted` : ""}`,
);
if (total.failed > 0 || total.passed === 0) process.exitCode = 1;
if (values.report !== undefined) await writeFile(values.report, JSON.stringify(reportOf(total)));

function runHttp2(): Promise<Counts> {
  if (positionals.length > 1 || values.run.length > 0 || values.check) {
    throw new Error(`"${H2SPEC}" stands alone: it takes no other suite, and no option but --report`);
  }
  return runH2spec();
}

async function runSuites(): Promise<Counts> {
  const suites = chosenSuites(positionals);
  await installRunner();
  const results = await runAll(suites);
  for (const [{ title }, { passed, failed }] of results) {
    console.log(`${title}: ${passed} cases passed, ${failed} failed`);
  }
  const { passed, failed } = addOutcomes(results.map(([, outcome]) => outcome));
  const isAll = suites.length === SUITES.length && values.run.length === 0;
  if (isAll && failed === 0 && passed > 0) await keep(formatResults(results));
  return { passed, failed, excepted: 0 };
}

function reportOf({ passed, failed, excepted }: Counts): Record<string, number> {
  return { numPassedTests: passed, numFailedTests: failed, numPendingTests: excepted, numTodoTests: 0 };
}

function chosenSuites(names: readonly string[]): readonly Suite[] {
  for (const name of names) {
    if (!SUITES.some((suite) => suite.name === name)) {
      throw new Error(
        `no suite "${name}": there are ${[...SUITES.map((suite) => suite.name), H2SPEC].join(", ")}`,
      );
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
