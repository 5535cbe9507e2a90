import { once } from "node:events";
import { Agent } from "node:http";
import type { Workload } from "../cases/workload.ts";
import { call, callHttp1, connectHttp2 } from "../client/call.ts";
import { messagesOfCall } from "../exchanges.ts";
import type { Reply } from "../wire/protocol.ts";

/**
 * Messages a second over so many seconds, where there is no h2load: calls one behind the other in every slot. Counts
 * those calls that ended in time.
 *
 * @param onStart called when all connections are there
 */
export async function loopCalls(
  workload: Workload,
  port: number,
  seconds: number,
  onStart: () => void,
): Promise<number> {
  const { send, close } = await (workload.transport === "http1" ? openHttp1 : openHttp2)(workload, port);
  onStart();
  const endAt = performance.now() + seconds * 1000;
  let calls = 0;
  const slots = Array.from({ length: workload.connections * workload.streams }, async (_, slot) => {
    while (performance.now() < endAt) {
      workload.protocol.messagesOf(await send(slot));
      if (performance.now() < endAt) calls++;
    }
  });
  await Promise.all(slots).finally(close);
  return (calls * messagesOfCall(workload.exchange)) / seconds;
}

/** Sends the calls of numbered slots. */
interface Sender {
  send(slot: number): Promise<Reply>;
  close(): void;
}

async function openHttp1(workload: Workload, port: number): Promise<Sender> {
  const agent = new Agent({ keepAlive: true });
  const body = workload.protocol.requestBody(workload.exchange.requests);
  return { send: () => callHttp1(workload, port, body, agent), close: () => agent.destroy() };
}

async function openHttp2(workload: Workload, port: number): Promise<Sender> {
  const sessions = Array.from({ length: workload.connections }, () => connectHttp2(workload, port));
  await Promise.all(sessions.map((session) => once(session, "connect")));
  const body = workload.protocol.requestBody(workload.exchange.requests);
  return {
    send: (slot) => {
      const session = sessions[slot % sessions.length];
      if (session === undefined) throw new Error("there is no connection");
      return call(session, workload, body);
    },
    close: () => sessions.forEach((session) => void session.destroy()),
  };
}
