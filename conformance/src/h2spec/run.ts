import { readFile, rm, writeFile } from "node:fs/promises";
import { inPackage } from "../run/paths.ts";
import { judge, type Transport, type Verdict } from "./exceptions.ts";
import { installH2spec } from "./program.ts";
import { startRelay } from "./relay.ts";
import { parseReport } from "./report.ts";
import { startServer } from "./server.ts";

/** How many cases passed, failed, and failed as they are to. */
export interface Counts {
  readonly passed: number;
  readonly failed: number;
  readonly excepted: number;
}

type H2spec = Awaited<ReturnType<typeof installH2spec>>;

/** Runs all of h2spec against `serve`, plain and over TLS, and prints what there is to say. */
export async function runH2spec(): Promise<Counts> {
  const h2spec = await installH2spec();
  const counts = { passed: 0, failed: 0, excepted: 0 };
  for (const transport of ["plain", "TLS"] as const) {
    const { passed, failures, excepted } = await run(h2spec, transport);
    console.log(
      `h2spec, ${transport}: ${passed} passed, ${failures.length} failed, ${excepted.length} excepted`,
    );
    for (const line of excepted) console.log(`  excepted: ${line}`);
    for (const line of failures) console.log(`  failed: ${line}`);
    counts.passed += passed;
    counts.failed += failures.length;
    counts.excepted += excepted.length;
  }
  return counts;
}

async function run(h2spec: H2spec, transport: Transport): Promise<Verdict> {
  const report = inPackage(".runner", `h2spec-${transport}.xml`);
  const log = inPackage(".runner", `h2spec-${transport}.log`);
  // What is read must be of this run.
  await rm(report, { force: true });
  const server = await startServer(transport);
  const relay = await startRelay(server.port);
  const { output } = await h2spec([
    "--strict",
    ...(transport === "TLS" ? ["--tls", "--insecure"] : []),
    ...["--host", "127.0.0.1", "--port", String(relay.port)],
    ...["--junit-report", report],
  ]);
  await server.close();
  await relay.close();
  await writeFile(log, output);
  try {
    return judge(parseReport(await readFile(report, "utf8")), transport);
  } catch (error) {
    return { passed: 0, failures: [`it came to no report: ${error}\nAll it said: ${log}`], excepted: [] };
  }
}
