import { parseArgs } from "node:util";
import { BUDGETS } from "./budgets.ts";
import { CASES } from "./cases/index.ts";
import { growth } from "./growth.ts";
import { pinLoad } from "./platforms/pin.ts";
import { profile } from "./profile.ts";
import { writePage } from "./report/write-page.ts";
import { runCases, SHORT } from "./run.ts";
import { soak } from "./soak.ts";

/** `npm run bench -- [command] [case...] [--check] [--rounds 5] [--seconds 2] [--contenders floor,railhead]`: see README.md. */

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    check: { type: "boolean", default: false },
    rounds: { type: "string", default: "5" },
    seconds: { type: "string", default: "2" },
    part: { type: "string", default: "1" },
    contenders: { type: "string" },
  },
});
const seconds = positive("seconds", values.seconds);
const part = positive("part", values.part);
const plan = {
  rounds: positive("rounds", values.rounds),
  warmUpSeconds: Math.min(3, 2 * seconds),
  seconds,
  ...(values.contenders !== undefined && { contenders: values.contenders.split(",") }),
};
const [command = "", ...rest] = positionals;

pinLoad();
/** What there is beside the cases; what gives false has missed a budget. */
const COMMANDS: Readonly<Record<string, () => Promise<unknown>>> = {
  short: () => runCases(SHORT.cases, SHORT.plan, BUDGETS.shortTolerance),
  profile: () => profile(rest[0], rest[1]),
  growth: () => growth(part),
  page: async () => writePage(),
  soak: () => soak(part),
};
const asked = positionals.length > 0 ? positionals : Object.keys(CASES);
const isKept = await (COMMANDS[command]?.() ?? runCases(asked, plan, BUDGETS.tolerance));
if (values.check && isKept === false) process.exitCode = 1;

function positive(name: string, text: string): number {
  const value = Number(text);
  if (value > 0) return value;
  throw new Error(`--${name} must be a number above 0, not "${text}"`);
}
