import http from "node:http";
import http2 from "node:http2";
import { HOST } from "./servers/listen.ts";
import type { Workload } from "./workloads.ts";

/** The least client: request bytes are ready made, responses are counted, their status is checked. No gRPC library. */

export interface Reply {
  readonly status: string;
  /** The frames of messages, without gRPC-Web's frame of trailers. */
  readonly messages: Buffer;
}

/** Makes one call; calls of one HTTP/2 client share its connection. */
export interface Client {
  call(): Promise<Reply>;
  close(): void;
}

export function connect(workload: Workload, port: number): Client {
  return workload.http === 2 ? connectHttp2(workload, port) : connectHttp1(workload, port);
}

/** Makes one call and throws unless its answer is right to the byte. */
export async function check(workload: Workload, port: number): Promise<void> {
  const client = connect(workload, port);
  const { status, messages } = await client.call().finally(() => client.close());
  if (status !== "0") throw new Error(`the call ended with status "${status}"`);
  const { response, count } = workload.exchange;
  const expected = Buffer.concat(Array.from({ length: count }, () => response));
  if (!messages.equals(expected)) throw new Error("the answer is not the expected one");
}

function connectHttp2({ contentType, exchange }: Workload, port: number): Client {
  const settings = { initialWindowSize: 2 ** 20 - 1 };
  const session = http2.connect(`http://${HOST}:${port}`, { settings });
  session.on("connect", () => session.setLocalWindowSize(2 ** 22 - 1));
  const headers = {
    ":method": "POST",
    ":path": exchange.path,
    "content-type": contentType,
    te: "trailers",
  };
  const call = (): Promise<Reply> =>
    new Promise((resolve, reject) => {
      const stream = session.request(headers);
      const chunks: Buffer[] = [];
      let status: unknown;
      stream.on("data", (chunk: Buffer) => chunks.push(chunk));
      stream.on("response", (response) => {
        status = response["grpc-status"];
      });
      stream.on("trailers", (trailers) => {
        status = trailers["grpc-status"];
      });
      stream.on("error", reject);
      stream.on("end", () => resolve({ status: String(status), messages: Buffer.concat(chunks) }));
      stream.end(exchange.request);
    });
  return { call, close: () => session.close() };
}

function connectHttp1({ contentType, exchange }: Workload, port: number): Client {
  const agent = new http.Agent({ keepAlive: true });
  const headers = { "content-type": contentType, "content-length": exchange.request.length };
  const options = { agent, host: HOST, port, method: "POST", path: exchange.path, headers };
  const call = (): Promise<Reply> =>
    new Promise((resolve, reject) => {
      const request = http.request(options, (response) => {
        const chunks: Buffer[] = [];
        response.on("data", (chunk: Buffer) => chunks.push(chunk));
        response.on("error", reject);
        response.on("end", () => resolve(webReply(Buffer.concat(chunks))));
      });
      request.on("error", reject);
      request.end(exchange.request);
    });
  return { call, close: () => agent.destroy() };
}

/** Parts the messages from the frame of trailers, whose first byte has the high bit set. */
function webReply(body: Buffer): Reply {
  let at = 0;
  while (at + 5 <= body.length && (body.readUInt8(at) & 0x80) === 0) at += 5 + body.readUInt32BE(at + 1);
  const status = /grpc-status: *(\d+)/.exec(body.toString("latin1", at))?.[1] ?? "none";
  return { status, messages: body.subarray(0, at) };
}
