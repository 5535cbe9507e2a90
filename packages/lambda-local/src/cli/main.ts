#!/usr/bin/env node
import { once } from "node:events";
import { type LocalLambda, startLambda } from "../lambda.ts";
import { type Command, parseArguments, USAGE } from "./arguments.ts";

const print = (line: string): void => {
  process.stdout.write(`${line}\n`);
};

async function main(): Promise<void> {
  const command = readCommand();
  if (command === undefined) return print(USAGE);
  const lambda = await startLambda({ ...command.options, log: print });
  announce(lambda, command);
  await Promise.race([once(process, "SIGINT"), once(process, "SIGTERM")]);
  await lambda.close();
}

/** Ends the process with code 2 when the command line is wrong. */
function readCommand(): Command | undefined {
  try {
    return parseArguments(process.argv.slice(2), process.env);
  } catch (error) {
    process.stderr.write(`${textOf(error)}\n\n${USAGE}`);
    process.exit(2);
  }
}

function announce(lambda: LocalLambda, { frontEnds }: Command): void {
  print(`${"Function URL".padEnd(15)} ${lambda.url}`);
  for (const name of frontEnds) print(`${name.padEnd(15)} ${lambda.urls[name]}`);
  print(`${"Lambda API".padEnd(15)} ${lambda.endpoint}  function "${lambda.functionName}"`);
}

function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

try {
  await main();
} catch (error) {
  process.stderr.write(`${textOf(error)}\n`);
  process.exitCode = 1;
}
