import { once } from "node:events";
import http from "node:http";
import http2 from "node:http2";
import type { Workload } from "../cases/workload.ts";
import { functionUrlEvent } from "../lambdas/event.ts";
import type { Contender } from "../platforms/contender.ts";
import { HOST } from "../servers/listen.ts";
import type { Reply } from "../wire/protocol.ts";

/** The least client: bytes in, bytes out. No gRPC library. */

/** Makes one call and throws unless its answer is right to the byte. */
export async function check(workload: Workload, contender: Contender): Promise<void> {
  const { protocol, exchange } = workload;
  const body = protocol.requestBody(exchange.requests);
  const messages = protocol.messagesOf(await send(workload, contender, body));
  if (messages.length !== exchange.count) {
    throw new Error(`${messages.length} messages instead of ${exchange.count}`);
  }
  const expected = Buffer.from(exchange.response);
  if (!messages.every((message) => expected.equals(message))) throw new Error("a wrong message came back");
}

function send(workload: Workload, { port, invoke }: Contender, body: Buffer): Promise<Reply> {
  if (invoke !== undefined) return callLambda(workload, invoke, body);
  return workload.transport === "http1" ? callHttp1(workload, port, body) : callHttp2(workload, port, body);
}

/** The header fields of a request beside those that HTTP itself needs. */
export function headersOf({ protocol, headers }: Workload): Record<string, string> {
  return { "content-type": protocol.contentType, ...headers };
}

export function connectHttp2({ transport }: Workload, port: number): http2.ClientHttp2Session {
  const scheme = transport === "h2" ? "https" : "http";
  const settings = { initialWindowSize: 2 ** 24 };
  const session = http2.connect(`${scheme}://${HOST}:${port}`, { settings, rejectUnauthorized: false });
  session.on("connect", () => session.setLocalWindowSize(2 ** 24));
  return session;
}

async function callHttp2(workload: Workload, port: number, body: Buffer): Promise<Reply> {
  const session = connectHttp2(workload, port);
  const failed = once(session, "error").then(([error]) => {
    throw error;
  });
  return Promise.race([call(session, workload, body), failed]).finally(() => session.destroy());
}

/** Makes one call on a connection that is there. */
export function call(session: http2.ClientHttp2Session, workload: Workload, body: Buffer): Promise<Reply> {
  const { promise, resolve, reject } = Promise.withResolvers<Reply>();
  const headers = {
    ":method": "POST",
    ":path": workload.exchange.path,
    te: "trailers",
    ...headersOf(workload),
  };
  const stream = session.request(headers);
  const chunks: Buffer[] = [];
  let httpStatus = 0;
  let grpcStatus: string | undefined;
  const readStatus = (fields: http2.IncomingHttpHeaders): void => {
    grpcStatus = fields["grpc-status"]?.toString() ?? grpcStatus;
  };
  stream.on("response", (fields) => {
    httpStatus = fields[":status"] ?? 0;
    readStatus(fields);
  });
  stream.on("trailers", readStatus);
  stream.on("data", (chunk: Buffer) => chunks.push(chunk));
  stream.on("end", () => resolve({ httpStatus, grpcStatus, body: Buffer.concat(chunks) }));
  stream.on("error", reject);
  stream.end(body);
  return promise;
}

export function callHttp1(
  workload: Workload,
  port: number,
  body: Buffer,
  agent: http.Agent | false = false,
): Promise<Reply> {
  const { promise, resolve, reject } = Promise.withResolvers<Reply>();
  const headers = { ...headersOf(workload), "content-length": body.length };
  const options = { host: HOST, port, method: "POST", path: workload.exchange.path, headers, agent };
  const request = http.request(options, (response) => {
    const chunks: Buffer[] = [];
    const httpStatus = response.statusCode ?? 0;
    response.on("data", (chunk: Buffer) => chunks.push(chunk));
    response.on("error", reject);
    response.on("end", () => resolve({ httpStatus, grpcStatus: undefined, body: Buffer.concat(chunks) }));
  });
  request.on("error", reject);
  request.end(body);
  return promise;
}

export async function callLambda(
  { protocol, exchange }: Workload,
  invoke: (event: string) => Promise<Buffer>,
  body: Buffer,
): Promise<Reply> {
  const event = JSON.stringify(functionUrlEvent(exchange.path, protocol.contentType, body));
  const response = await invoke(event);
  // The head is JSON, eight zero bytes part it from the body.
  const end = response.indexOf("\0".repeat(8));
  const { statusCode }: { statusCode?: number } = JSON.parse(response.toString("utf8", 0, end));
  return { httpStatus: statusCode ?? 0, grpcStatus: undefined, body: response.subarray(end + 8) };
}
