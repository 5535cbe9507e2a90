import { writeFile } from "node:fs/promises";
import { type Outcome, parseOutcome } from "./outcome.ts";
import { inPackage } from "./paths.ts";
import { startRunner } from "./runner.ts";
import { commandOf, type Job } from "./suites.ts";

/** RPCs at a time: enough to wait for delays side by side, few enough that none of them is late on a small machine. */
const RPCS_AT_A_TIME = "4";
const SHOWN_LINES = 100;

/** Runs one part of a suite and tells how it went. Failures are printed; all that the runner said is in a log file. */
export async function runJob({ suite, label, filter }: Job): Promise<Outcome> {
  const begin = performance.now();
  const { ok, output } = await startRunner([
    "-v",
    ...["--mode", suite.mode],
    ...["--conf", inPackage("config", suite.config)],
    ...(suite.mode === "server" ? ["--parallel", RPCS_AT_A_TIME] : []),
    ...filter,
    "--",
    ...commandOf(suite),
  ]);
  const log = inPackage(".runner", `${label}.log`);
  await writeFile(log, output);
  const seconds = ((performance.now() - begin) / 1000).toFixed(0);
  const outcome = outcomeOf(ok, output);
  console.log(`${label}: ${outcome.passed} passed, ${outcome.failed} failed (${seconds} s)`);
  if (outcome.failed > 0) console.log(`${failuresIn(output)}\nAll of it: ${log}`);
  return outcome;
}

function outcomeOf(ok: boolean, output: string): Outcome {
  try {
    const outcome = parseOutcome(output);
    return ok ? outcome : { ...outcome, failed: Math.max(1, outcome.failed) };
  } catch {
    // It did not come so far as to run a case.
    return { cases: {}, passed: 0, failed: 1 };
  }
}

function failuresIn(output: string): string {
  const lines = output.split("\n").filter((line) => !line.startsWith("Running "));
  const left = lines.length - SHOWN_LINES;
  return left > 0
    ? [...lines.slice(0, SHOWN_LINES), `[${left} lines left out]`].join("\n")
    : lines.join("\n");
}
