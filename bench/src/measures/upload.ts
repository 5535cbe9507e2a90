import { once } from "node:events";
import net from "node:net";
import type { Case } from "../cases/case.ts";
import type { Workload } from "../cases/workload.ts";
import { check } from "../client/call.ts";
import { type Contender, type Prepared, prepare } from "../platforms/contender.ts";
import { type LinkSpec, openLink } from "../platforms/link.ts";
import { HOST } from "../servers/listen.ts";
import { contendersOf, interleave, type Plan, type Samples } from "./samples.ts";

/** Delays are exact, and who has small windows takes half a minute. */
const MAX_ROUNDS = 2;

/** A case of seconds until an upload over a long link is answered. "link" is a bare TCP connection over the same link. */
export function upload(title: string, workload: Workload, spec: LinkSpec): Case {
  return {
    title,
    unit: "s",
    better: "less",
    load: "own client, delaying proxy",
    contenders: Object.keys(workload.contenders),
    measure: (plan) => measure(workload, spec, plan),
  };
}

async function measure(workload: Workload, spec: LinkSpec, plan: Plan): Promise<Samples> {
  const built: Prepared[] = [];
  const servers = new Map<string, Contender>();
  try {
    for (const [name, contender] of contendersOf(workload, plan)) {
      const prepared = await prepare(contender);
      built.push(prepared);
      servers.set(name, await prepared.start());
    }
    return await interleave([...servers.keys()], Math.min(plan.rounds, MAX_ROUNDS), async (name) => {
      const server = servers.get(name);
      if (server === undefined) throw new Error("no such contender");
      return { value: await secondsOf(name, workload, spec, server) };
    });
  } finally {
    for (const server of servers.values()) await server.stop();
    for (const each of built) each.remove();
  }
}

async function secondsOf(
  name: string,
  workload: Workload,
  spec: LinkSpec,
  server: Contender,
): Promise<number> {
  const link = await openLink(spec, server.port);
  try {
    const begin = performance.now();
    if (name === "link") await sendBare(workload, link.port);
    else await check(workload, { ...server, port: link.port });
    return (performance.now() - begin) / 1000;
  } finally {
    link.close();
  }
}

async function sendBare({ protocol, exchange }: Workload, port: number): Promise<void> {
  const body = protocol.requestBody(exchange.requests);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(body.length);
  const socket = net.connect(port, HOST);
  socket.write(length);
  socket.write(body);
  await once(socket, "data");
  socket.destroy();
}
