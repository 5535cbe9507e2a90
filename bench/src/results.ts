import { readFileSync, writeFileSync } from "node:fs";
import { loadavg } from "node:os";
import type { Case } from "./cases/case.ts";
import type { Plan, Samples } from "./measures/samples.ts";

/** What a case gave, with all samples. */
export interface Result extends Pick<Case, "title" | "unit" | "load"> {
  readonly plan: Plan;
  readonly samples: Samples;
}

/** With what else went on: the mean number of running processes in the last minute, of which one or two are ours. */
export interface DatedResult extends Result {
  readonly endedAt: string;
  readonly loadAverage: number;
}

export type Results = Readonly<Record<string, DatedResult>>;

const FILE = new URL("../results.json", import.meta.url);

/** The last result of each case. */
export function readResults(): Results {
  try {
    return JSON.parse(readFileSync(FILE, "utf8"));
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return {};
    throw error;
  }
}

export function keepResult(name: string, result: Result): void {
  const dated: DatedResult = { ...result, endedAt: new Date().toISOString(), loadAverage: loadavg()[0] ?? 0 };
  writeFileSync(FILE, `${JSON.stringify({ ...readResults(), [name]: dated }, null, 2)}\n`);
}
