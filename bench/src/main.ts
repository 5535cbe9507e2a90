import { writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { missedBudgets } from "./budgets.ts";
import { type LoadTool, loadTool } from "./load.ts";
import { measure, type Plan, type Samples } from "./measure.ts";
import { CAN_PIN } from "./pin.ts";
import { formatTable, type Line, summarize } from "./summary.ts";
import { isWorkloadName, WORKLOADS, type WorkloadName } from "./workloads.ts";

/** `node bench/src/main.ts [workload...] [--check] [--rounds 5] [--seconds 3]`: see README.md. */

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    check: { type: "boolean", default: false },
    rounds: { type: "string", default: "5" },
    seconds: { type: "string", default: "3" },
  },
});
const plan: Plan = { rounds: Number(values.rounds), warmUpSeconds: 4, seconds: Number(values.seconds) };
const asked = positionals.length > 0 ? positionals : Object.keys(WORKLOADS);
const names = asked.map((name): WorkloadName => {
  if (isWorkloadName(name)) return name;
  throw new Error(`no such workload: ${name}; there are ${Object.keys(WORKLOADS).join(", ")}`);
});

console.log(`Node ${process.version}, ${CAN_PIN ? "pinned to cores" : "not pinned to cores"}\n`);
const missed: string[] = [];
const results: Record<string, { load: LoadTool; lines: Line[]; samples: Samples }> = {};
for (const name of names) {
  const samples = await measure(name, plan);
  const lines = summarize(samples);
  const load = loadTool(WORKLOADS[name]);
  results[name] = { load, lines, samples };
  missed.push(...missedBudgets(name, lines));
  console.log(formatTable(`${name}, ${WORKLOADS[name].unit}; load by ${load}`, lines));
}
const run = { node: process.version, isPinned: CAN_PIN, plan, results };
writeFileSync(new URL("../results.json", import.meta.url), `${JSON.stringify(run, null, 2)}\n`);

for (const miss of missed) console.log(`missed: ${miss}`);
if (missed.length === 0) console.log("every budget measured is met");
if (values.check && missed.length > 0) process.exitCode = 1;
