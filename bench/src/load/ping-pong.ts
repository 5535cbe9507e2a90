import { once } from "node:events";
import type { ClientHttp2Session } from "node:http2";
import type { Workload } from "../cases/workload.ts";
import { connectHttp2, headersOf } from "../client/call.ts";
import { frame } from "../wire/frame.ts";

/**
 * Messages a second over so many seconds, each sent when the one before it is answered; all calls at a time.
 *
 * @param onStart called when all connections are there
 */
export async function pingPong(
  workload: Workload,
  port: number,
  seconds: number,
  onStart: () => void,
): Promise<number> {
  const sessions = Array.from({ length: workload.connections }, () => connectHttp2(workload, port));
  try {
    await Promise.all(sessions.map((session) => once(session, "connect")));
    onStart();
    const endAt = performance.now() + seconds * 1000;
    const slots = sessions.flatMap((session) =>
      Array.from({ length: workload.streams }, () => slot(session, workload, endAt)),
    );
    const counts = await Promise.all(slots);
    return counts.reduce((sum, count) => sum + count, 0) / seconds;
  } finally {
    for (const session of sessions) session.destroy();
  }
}

/** One call behind the other, until the time is over. */
async function slot(session: ClientHttp2Session, workload: Workload, endAt: number): Promise<number> {
  let count = 0;
  while (performance.now() < endAt) count += await call(session, workload, endAt);
  return count;
}

/** The answers that came in time. */
function call(session: ClientHttp2Session, workload: Workload, endAt: number): Promise<number> {
  const { requests, response, path } = workload.exchange;
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  const stream = session.request({
    ":method": "POST",
    ":path": path,
    te: "trailers",
    ...headersOf(workload),
  });
  const frames = requests.map((message) => frame(message));
  const answerBytes = response.length + 5;
  let answers = 0;
  let pending = 0;
  const next = (): void => {
    const request = performance.now() < endAt ? frames[answers] : undefined;
    if (request === undefined) stream.end();
    else if (answers === frames.length - 1) stream.end(request);
    else stream.write(request);
  };
  stream.on("data", (chunk: Buffer) => {
    pending += chunk.length;
    if (pending < answerBytes) return;
    pending -= answerBytes;
    answers++;
    if (answers < frames.length) next();
  });
  stream.on("trailers", (fields) => {
    if (fields["grpc-status"] !== "0") reject(new Error(`a call ended with ${fields["grpc-status"]}`));
  });
  stream.on("error", reject);
  stream.on("end", () => resolve(answers));
  next();
  return promise;
}
