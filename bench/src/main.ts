import { parseArgs } from "node:util";
import { BUDGETS } from "./budgets.ts";
import { CASES } from "./cases/index.ts";
import { pinLoad } from "./platforms/pin.ts";
import { runCases, SHORT } from "./run.ts";

/** `npm run bench -- [command] [case...] [--check] [--rounds 5] [--seconds 2]`: see README.md. */

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    check: { type: "boolean", default: false },
    rounds: { type: "string", default: "5" },
    seconds: { type: "string", default: "2" },
  },
});
const seconds = Number(values.seconds);
const plan = { rounds: Number(values.rounds), warmUpSeconds: Math.min(3, 2 * seconds), seconds };
const [command = ""] = positionals;

pinLoad();
const commands: Readonly<Record<string, () => Promise<boolean>>> = {
  short: () => runCases(SHORT.cases, SHORT.plan, BUDGETS.shortTolerance),
};
const asked = positionals.length > 0 ? positionals : Object.keys(CASES);
const isKept = await (commands[command]?.() ?? runCases(asked, plan, BUDGETS.tolerance));
if (values.check && !isKept) process.exitCode = 1;
