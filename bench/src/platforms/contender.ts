import { isServerName, type ServerName } from "../servers/index.ts";
import { isLambdaName, type LambdaName, prepareLambda } from "./lambda.ts";
import { startNode } from "./node.ts";
import { prepareWorker, type WorkerName } from "./workerd.ts";

export type ContenderName = ServerName | WorkerName | LambdaName;

/** A contender's server, in a process of its own on the server's core. */
export interface Contender {
  readonly pid: number;
  readonly port: number;
  /** Of functions: hands an event over, and gives what the function has written. */
  readonly invoke?: (event: string) => Promise<Buffer>;
  stop(): Promise<void>;
}

/** A contender that is built, and can be started any number of times. */
export interface Prepared {
  start(): Promise<Contender>;
  remove(): void;
}

export async function prepare(name: ContenderName): Promise<Prepared> {
  if (isServerName(name)) return { start: () => startNode(name), remove() {} };
  return isLambdaName(name) ? prepareLambda(name) : prepareWorker(name);
}
