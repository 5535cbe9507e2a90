import { isServerName, type ServerName } from "../servers/index.ts";
import { startNode } from "./node.ts";
import { startWorkerd, WORKERS, type WorkerName } from "./workerd.ts";

export type ContenderName = ServerName | WorkerName;

/** A contender's server, in a process of its own on the server's core. */
export interface Contender {
  readonly pid: number;
  readonly port: number;
  stop(): Promise<void>;
}

export function startContender(name: ContenderName): Promise<Contender> {
  return isServerName(name) ? startNode(name) : startWorkerd(WORKERS[name]);
}
