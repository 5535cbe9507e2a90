import { once } from "node:events";
import { type IncomingMessage, request } from "node:http";

export interface Answer {
  readonly status: number;
  /** Names and values, as they came; those of Node's own server left out. */
  readonly headers: readonly string[];
  readonly body: Buffer;
}

interface Options {
  readonly method?: string;
  /** Names and values. */
  readonly headers?: readonly string[];
  readonly body?: string | Uint8Array;
}

/** Sends a request whose every letter is the test's, and reads the whole answer. */
export async function send(url: string, options: Options = {}): Promise<Answer> {
  const response = await open(url, options);
  const chunks: Buffer[] = [];
  for await (const chunk of response as AsyncIterable<Buffer>) chunks.push(chunk);
  return { status: response.statusCode ?? 0, headers: ownHeaders(response), body: Buffer.concat(chunks) };
}

/** The same, up to the head of the answer. */
export async function open(
  url: string,
  { method, headers = [], body }: Options = {},
): Promise<IncomingMessage> {
  const { hostname, port, host } = new URL(url);
  const path = url.slice(url.indexOf(host) + host.length) || "/";
  const outgoing = request({
    hostname,
    port,
    path,
    method: method ?? (body === undefined ? "GET" : "POST"),
    headers: [
      "host",
      host,
      ...(body === undefined ? [] : ["content-length", String(Buffer.byteLength(body))]),
      ...headers,
    ],
    agent: false,
  });
  outgoing.end(body);
  const [response] = await once(outgoing, "response");
  return response;
}

const OF_THE_SERVER = ["date", "connection", "keep-alive", "transfer-encoding", "content-length"];

function ownHeaders({ rawHeaders }: IncomingMessage): string[] {
  return rawHeaders.filter(
    (_, at) => !OF_THE_SERVER.includes((rawHeaders[at - (at % 2)] ?? "").toLowerCase()),
  );
}
