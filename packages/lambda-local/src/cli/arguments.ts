import { readFileSync } from "node:fs";
import { parseArgs, parseEnv } from "node:util";
import { FRONT_END_NAMES, type FrontEndName } from "../front/index.ts";
import { MAX_TIMEOUT_MS } from "../limits.ts";
import type { LambdaOptions } from "../options.ts";

export const USAGE = `Usage: railhead-lambda <handler> [options]

Runs an AWS Lambda function under AWS's own runtime client, with a Function URL in front.

<handler> is a file (dist/index.mjs: its export "handler"), or a handler as Lambda's settings name it (dist/index.main).
TypeScript needs no build, as far as Node strips its types.

  --port <n>                 port of the Function URL; 3000 when not given, 0 is any free one
  --endpoint-port <n>        port of the Lambda API, for AWS's SDKs and CLI; any free one when not given
  --front-end <name>=<port>  another way in: httpApi, restApi, restApiStream, alb or albMultiValue; may be repeated
  --binary-media-type <t>    content type that passes the REST APIs as bytes, such as "*/*"; may be repeated
  --timeout <seconds>        for one invocation; 3 when not given
  --memory <MB>              1024 when not given
  --env <NAME>[=<value>]     variable of the function; without a value, as it is here; may be repeated
  --env-from <file>          variables of the function, a NAME=value a line; may be repeated
  --name <name>              of the function; when not given, that of its file
  --region <region>          us-east-1 when not given
  --task-root <folder>       what would be deployed; when not given, the folder of the handler
  --max-environments <n>     processes at a time; 10 when not given
  --max-concurrency <n>      invocations a process at a time, as on Lambda Managed Instances; else one
  --watch                    new processes when a file of the task root changes
  --help                     this text
`;

const OPTIONS = {
  port: { type: "string" },
  "endpoint-port": { type: "string" },
  "front-end": { type: "string", multiple: true },
  "binary-media-type": { type: "string", multiple: true },
  timeout: { type: "string" },
  memory: { type: "string" },
  env: { type: "string", multiple: true },
  // Not "env-file", which Node takes for its own wherever it stands.
  "env-from": { type: "string", multiple: true },
  name: { type: "string" },
  region: { type: "string" },
  "task-root": { type: "string" },
  "max-environments": { type: "string" },
  "max-concurrency": { type: "string" },
  watch: { type: "boolean" },
  help: { type: "boolean" },
} as const;

/** What a command line asks for. */
export interface Command {
  readonly options: LambdaOptions;
  /** The front ends that were asked for by name. */
  readonly frontEnds: readonly FrontEndName[];
}

/**
 * @param args without Node and the script
 * @returns undefined when the user asks for help
 * @throws Error saying which argument is wrong
 */
export function parseArguments(args: readonly string[], env: NodeJS.ProcessEnv): Command | undefined {
  const { values, positionals } = parseArgs({ args: [...args], options: OPTIONS, allowPositionals: true });
  if (values.help === true) return undefined;
  const [handler, ...more] = positionals;
  if (handler === undefined) throw new Error("There is no handler to run.");
  if (more.length > 0) throw new Error(`One handler only, and not ${more.join(" ")} as well.`);
  const ports = Object.fromEntries((values["front-end"] ?? []).map(toPort));
  const timeout = toNumber("--timeout", values.timeout);
  if (timeout !== undefined && !(timeout >= 0.001 && timeout <= MAX_TIMEOUT_MS / 1000)) {
    throw new Error(`--timeout takes seconds, at most ${MAX_TIMEOUT_MS / 1000}, not "${values.timeout}".`);
  }
  return {
    frontEnds: FRONT_END_NAMES.filter((name) => name in ports),
    options: {
      handler,
      port: toNumber("--port", values.port) ?? 3000,
      ports: { ...ports, endpoint: toNumber("--endpoint-port", values["endpoint-port"]) },
      binaryMediaTypes: values["binary-media-type"],
      timeoutMs: timeout === undefined ? undefined : Math.round(timeout * 1000),
      memoryMB: toNumber("--memory", values.memory),
      env: toEnv(values["env-from"] ?? [], values.env ?? [], env),
      functionName: values.name,
      region: values.region,
      taskRoot: values["task-root"],
      maxEnvironments: toNumber("--max-environments", values["max-environments"]),
      maxConcurrency: toNumber("--max-concurrency", values["max-concurrency"]),
      watch: values.watch,
    },
  };
}

function toNumber(name: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const value = Number(text);
  if (text.trim() === "" || !Number.isFinite(value))
    throw new Error(`${name} takes a number, not "${text}".`);
  return value;
}

function toPort(text: string): [FrontEndName, number] {
  const [name, port] = text.split("=");
  const known = FRONT_END_NAMES.find((candidate) => candidate === name && candidate !== "functionUrl");
  const number = toNumber("--front-end", port);
  if (known !== undefined && number !== undefined) return [known, number];
  throw new Error(`--front-end takes a name and a port, such as alb=3001, not "${text}".`);
}

function toEnv(
  files: readonly string[],
  assignments: readonly string[],
  env: NodeJS.ProcessEnv,
): Record<string, string> {
  const variables: Record<string, string> = {};
  for (const file of files) Object.assign(variables, parseEnv(readFileSync(file, "utf8")));
  for (const assignment of assignments) {
    const mark = assignment.indexOf("=");
    const name = mark < 0 ? assignment : assignment.slice(0, mark);
    const value = mark < 0 ? env[name] : assignment.slice(mark + 1);
    if (value !== undefined) variables[name] = value;
  }
  return variables;
}
