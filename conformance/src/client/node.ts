import { nodeCompression } from "@railhead/adapter-node";
import type { FetchFunction } from "@railhead/core/client";
import { Agent } from "undici";
import type { ClientCompatRequest } from "../gen/connectrpc/conformance/v1/client_compat_pb.ts";
import { callFor } from "./caller.ts";
import { runClientProgram } from "./program.ts";

const codecs = nodeCompression();
const agents = new Map<string, Agent>();
await runClientProgram((request) => callFor(request, { fetch: fetchFor(request), codecs }));

/** Node's own `fetch`, with the certificates of the test. */
function fetchFor(request: ClientCompatRequest): FetchFunction {
  if (request.serverTlsCert.length === 0) return fetch;
  const dispatcher = agentFor(request);
  // Node's types of `fetch` do not know the option that its implementation, undici, brings.
  const fetchBy: (call: Request, init: object) => Promise<Response> = fetch;
  return (call) => fetchBy(call, { dispatcher });
}

/** One set of connections for each set of certificates. */
function agentFor({ serverTlsCert, clientTlsCreds }: ClientCompatRequest): Agent {
  const ca = Buffer.from(serverTlsCert);
  const creds = clientTlsCreds && {
    cert: Buffer.from(clientTlsCreds.cert),
    key: Buffer.from(clientTlsCreds.key),
  };
  const name = `${ca} ${creds?.cert}`;
  const known = agents.get(name);
  if (known !== undefined) return known;
  const agent = new Agent({ connect: { ca, ...creds } });
  agents.set(name, agent);
  return agent;
}
