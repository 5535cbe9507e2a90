import { parseArgs } from "node:util";
import { CASES } from "./cases/index.ts";
import type { Plan } from "./measures/samples.ts";
import { pinLoad } from "./platforms/pin.ts";
import { runCases } from "./run.ts";

/** `npm run bench -- [case...] [--check] [--rounds 5] [--seconds 2]`: see README.md. */

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    check: { type: "boolean", default: false },
    rounds: { type: "string", default: "5" },
    seconds: { type: "string", default: "2" },
  },
});
const seconds = Number(values.seconds);
const plan: Plan = { rounds: Number(values.rounds), warmUpSeconds: Math.min(3, 2 * seconds), seconds };

pinLoad();
const isKept = await runCases(positionals.length > 0 ? positionals : Object.keys(CASES), plan);
if (values.check && !isKept) process.exitCode = 1;
